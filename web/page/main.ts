export {};

const PATIENCE = 1500;
const root = document.documentElement;
root.dataset.begun = "";
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

/** The code that brings the page to life. Where it cannot be had, the sentence for that stands in the page. */
async function codeLoaded(): Promise<typeof import("./start.js")> {
  const code = (root.dataset.code ?? "").split(" ");
  try {
    const [start] = await Promise.all(code.map((file) => import(/* @vite-ignore */ file)));
    return start;
  } catch (cause) {
    const language = /^zh/i.test(navigator.language) ? "zh-CN" : "en";
    const sentence = document.querySelector(`#stuck .code[lang="${language}"]`)?.textContent;
    throw sentence ? new Error(sentence, { cause }) : cause;
  }
}

try {
  await pictureShown();
  const { start } = await codeLoaded();
  await start();
} catch (error) {
  // The static figure stays readable; the page says why it does not move.
  root.dataset.state = "error";
  const place = document.getElementById("error");
  if (place) place.textContent = (error as Error).message;
  throw error;
}
