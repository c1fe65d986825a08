/** Puts every cause of an entry's plan to every place of it, and asks of each answer what judge.js says. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, test } from "vitest";
import { textCauses, type Value, valueCauses, type World } from "./causes/index.js";
import type { Entry, Place } from "./entries/entry.js";
import { type Outcome, outcomeOf, PATIENCE, wrongRefusal } from "./judge.js";
import { plan } from "./plan.js";

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

const ran = () => "attackRan" in globalThis || "polluted" in Object.prototype;
const show = (outcome: Outcome) =>
  ("result" in outcome ? outcome.result : `${outcome.name}: ${outcome.message}`).slice(0, 200);

const answer = (place: Place, value: unknown) => outcomeOf(() => place.put(value), value);

/** The answers that a value may get beside a refusal: an honest one's, none's, and its own as plain data. */
async function twins(place: Place, { make }: Value, world: World): Promise<Outcome[]> {
  const plain = [place.honest(), undefined];
  try {
    const value = make(place.honest(), world);
    if (Array.isArray(value) && value.length <= 8)
      plain.push(Array.from({ length: value.length }, (_, at) => value[at]));
    plain.push(structuredClone(make(place.honest(), world)));
  } catch {
    // It cannot be read, or is no data.
  }
  const answers: Outcome[] = [];
  for (const value of plain) answers.push(await answer(place, value));
  return answers;
}

async function faultOf(entry: Entry, place: Place, value: Value, world: World): Promise<string> {
  const given = value.make(place.honest(), world);
  const before = process.cpuUsage();
  const undo = value.around?.();
  let outcome: Outcome;
  try {
    outcome = await answer(place, given);
  } finally {
    undo?.();
  }
  const { user, system } = process.cpuUsage(before);
  if (user + system > 1000 * PATIENCE) return `it took ${(user + system) / 1e6} s`;
  if (ran()) return "a script ran, or Object.prototype was changed";
  if (!("result" in outcome)) return wrongRefusal(outcome);
  const wrong = entry.wrongResult?.(outcome.result) ?? "";
  if (wrong) return wrong;
  const { result } = outcome;
  const alike = (await twins(place, value, world)).some((twin) => "result" in twin && twin.result === result);
  return alike ? "" : `answered as no honest data is: ${show(outcome)}`;
}

const isIn = (causes: object, name: string) => Object.hasOwn(causes, name);

export function attack(name: keyof typeof plan, start: () => Promise<Entry>): void {
  describe(name, async () => {
    const entry = await start();
    const server = await trap();
    const world: World = { address: server.address, again: () => entry.again() };
    afterAll(() => {
      entry.close();
      server.close();
    });
    const all = plan[name].filter((cause) => isIn(valueCauses, cause) || isIn(textCauses, cause));
    test.each(all)("%s", async (cause) => {
      const values = valueCauses[cause] ?? textCauses[cause] ?? [];
      const ofTexts = isIn(textCauses, cause);
      const places = entry.places.filter(({ texts = false }) => (ofTexts ? texts : texts !== "only"));
      const faults: string[] = [];
      for (const value of values) {
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
      const again = async () => {
        for (const place of entry.places) {
          for (const value of valueCauses["objects that throw when they are read"] ?? []) {
            await outcomeOf(() => place.put(value.make(place.honest(), world)));
          }
          await outcomeOf(() => place.put(place.honest()));
        }
        return entry.memory();
      };
      expect(await again()).toBe(await again());
    });
  });
}
