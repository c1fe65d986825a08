/** Puts every cause of an entry's plan to every place of it, and asks of each answer what judge.js says. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { fileCauses } from "./causes/files.js";
import { textCauses, type Value, valueCauses, type World } from "./causes/index.js";
import type { Entry, Place } from "./entries/entry.js";
import { outcomeOf } from "./judge.js";
import { plan } from "./plan.js";
import { faultOf } from "./putting.js";

/** A server that nobody may ask. */
export async function trap(): Promise<{ address: string; asked: string[]; close: () => void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(200, { "access-control-allow-origin": "*" }).end("globalThis.attackRan = 1");
  });
  server.on("upgrade", (request) => asked.push(request.url ?? ""));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close: () => server.close() };
}

const causes: Record<string, readonly Value[]> = { ...valueCauses, ...textCauses, ...fileCauses };

/** The places of an entry that take what a cause is made of. */
function placesFor(cause: string, places: readonly Place[]): readonly Place[] {
  const isFile = Object.hasOwn(fileCauses, cause);
  const isText = Object.hasOwn(textCauses, cause);
  return places.filter(({ texts = false, files = false }) =>
    isFile || files ? isFile && files : isText ? texts : texts !== "only",
  );
}

export function attack(name: keyof typeof plan, start: () => Promise<Entry>): void {
  describe(name, async () => {
    const entry = await start();
    const server = await trap();
    const world: World = { address: server.address, again: () => entry.again() };
    afterAll(() => {
      entry.close();
      server.close();
    });
    test.each(plan[name])("%s", async (cause) => {
      const places = placesFor(cause, entry.places);
      const faults: string[] = [];
      for (const value of causes[cause] ?? []) {
        for (const place of places) {
          const fault = await faultOf(entry, place, value, world);
          if (fault) faults.push(`${value.name} as ${place.name}: ${fault}`);
        }
        const unwell = await entry.check();
        if (unwell) faults.push(`after ${value.name}: ${unwell}`);
      }
      expect(places.length).toBeGreaterThan(0);
      expect(faults.slice(0, 100)).toEqual([]);
      expect(server.asked).toEqual([]);
    });

    test("memory is where it was after the same once more", async () => {
      const cause = "objects that throw when they are read";
      const takers = placesFor(cause, entry.places);
      const again = async () => {
        for (const place of entry.places) {
          for (const value of takers.includes(place) ? (causes[cause] ?? []) : [])
            await outcomeOf(() => place.put(value.make(place.honest(), world)));
          await outcomeOf(() => place.put(place.honest()));
        }
        return entry.memory();
      };
      expect(await again()).toBe(await again());
    });
  });
}
