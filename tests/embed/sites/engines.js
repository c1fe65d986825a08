import { digest } from "../digest.js";
import { loadPooling } from "../node_modules/poolscope/dist/module/index.js";

window.answer = await digest(await loadPooling());
document.documentElement.dataset.state = "ready";
