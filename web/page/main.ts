export {};

const PATIENCE = 1500;
const root = document.documentElement;
// In a frame of another page only the figure is shown.
if (new URLSearchParams(location.search).has("embed")) root.dataset.embed = "";

/** The static figure's picture. On a slow line it comes before the code that brings it to life, not beside it. */
async function pictureShown(): Promise<void> {
  const address = document.querySelector<HTMLLinkElement>("link[as=image]")?.href;
  if (!address) return;
  const image = new Image();
  image.src = address;
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE));
  await Promise.race([image.decode().catch(() => {}), patience]);
}

try {
  await pictureShown();
  const code = (root.dataset.code ?? "").split(" ");
  const [{ start }] = (await Promise.all(code.map((file) => import(/* @vite-ignore */ file)))) as [
    typeof import("./start.js"),
  ];
  await start();
} catch (error) {
  // The static figure stays readable; the page says why it does not move.
  root.dataset.state = "error";
  const place = document.getElementById("error");
  if (place) place.textContent = (error as Error).message;
  throw error;
}
