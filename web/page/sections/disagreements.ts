import { html, type TemplateResult } from "lit/html.js";
import type { Texts } from "../texts/index.js";

const ROWS = ["stride", "counts", "overhang", "empty", "dilation", "index", "nan"] as const;
const FRAMEWORKS = ["torch", "onnx", "keras"] as const;

/** Where the frameworks part ways. What stands here was run or read in their sources; the texts name the threads. */
export const disagreements = (texts: Texts): TemplateResult => html`<details>
  <summary>${texts.disagree}</summary>
  <div class="scroll" tabindex="0" role="region" aria-label=${texts.disagree}><table>
    <thead><tr><td></td><th scope="col">PyTorch</th><th scope="col">ONNX</th><th scope="col">TensorFlow, Keras</th></tr></thead>
    <tbody>${ROWS.map(
      (row) =>
        html`<tr><th scope="row">${texts[`disagree_${row}`]}</th>${FRAMEWORKS.map((name) => html`<td>${texts[`disagree_${row}_${name}`]}</td>`)}</tr>`,
    )}</tbody>
  </table></div>
</details>`;
