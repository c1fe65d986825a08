import { react } from "./react.js";
import { vue } from "./vue.js";

await react(document.getElementById("react"));
vue(document.getElementById("vue"));
document.documentElement.dataset.state = "ready";
