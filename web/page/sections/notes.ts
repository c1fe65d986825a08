import { html, nothing, svg, type TemplateResult } from "lit/html.js";
import { show } from "../../element/pictures.js";
import { DEFAULTS, type Layer, operator } from "../../figure/code.js";
import { compute, type Pooling } from "../../figure/compute.js";
import { type Model, number, type Plane } from "../../figure/model.js";
import { say } from "../../figure/texts/index.js";
import { encode } from "../state.js";
import type { NOTE_NAMES, Texts } from "../texts/index.js";

export interface NoteContext {
  pooling: Pooling;
  model: Model;
  texts: Texts;
}

interface Note {
  name: (typeof NOTE_NAMES)[number];
  links: readonly { text: keyof Texts; to: string }[];
  demonstration?: (context: NoteContext) => TemplateResult | typeof nothing;
}

const same = (model: Model, name: Layer["name"]): Layer => {
  const { kernelSize, stride, padding, dilation, ceilMode } = model.layer;
  return { ...DEFAULTS, name, kernelSize, stride, padding, dilation, ceilMode };
};

/** Pools with another kind but this geometry; undefined where that kind refuses it. */
function pooled(pooling: Pooling, layer: Layer, plane: Plane): Plane | undefined {
  try {
    return compute(pooling, layer, plane).output;
  } catch {
    return undefined;
  }
}

/** Colours pooled one by one, beside a convolution of the same geometry, which adds them up. */
function channels({ pooling, model, texts }: NoteContext): TemplateResult | typeof nothing {
  if (model.input.channels < 3) return html`<p class="soft">${texts.note_needs_picture}</p>`;
  const mean = pooled(pooling, same(model, "AvgPool2d"), model.input);
  if (!mean) return nothing;
  const size = mean.height * mean.width;
  const sum = new Uint8Array(size);
  for (let at = 0; at < size; at++) {
    sum[at] = Math.round(
      ((mean.data[at] as number) + (mean.data[size + at] as number) + (mean.data[2 * size + at] as number)) / 3,
    );
  }
  const grey: Plane = { kind: "picture", channels: 1, height: mean.height, width: mean.width, data: sum };
  const canvas = (plane: Plane, label: string) => {
    const element = document.createElement("canvas");
    element.setAttribute("role", "img");
    element.setAttribute("aria-label", label);
    show(element, plane);
    return html`<figure>${element}<figcaption>${label}</figcaption></figure>`;
  };
  return html`<div class="pair">${canvas(model.output, say(texts.note_pooled, { count: 3 }))}${canvas(grey, texts.note_convolved)}</div>`;
}

function part(plane: Plane, from: number): Plane {
  const width = plane.width - 1;
  const data =
    plane.data instanceof Float32Array
      ? new Float32Array(plane.channels * plane.height * width)
      : new Uint8Array(plane.channels * plane.height * width);
  for (let row = 0; row < plane.channels * plane.height; row++) {
    for (let column = 0; column < width; column++)
      data[row * width + column] = plane.data[row * plane.width + column + from] as number;
  }
  return { kind: plane.kind, channels: plane.channels, height: plane.height, width, data };
}

/** The picture shifted by one column: how many outputs change, and by how much. */
function position({ pooling, model, texts }: NoteContext): TemplateResult | typeof nothing {
  if (model.input.width < 3 || model.input.height * model.input.width > 1e6) return nothing;
  const first = part(model.input, 0);
  const second = part(model.input, 1);
  const kinds: [keyof Texts, Layer][] = [
    ["kind_max", same(model, "MaxPool2d")],
    ["kind_average", same(model, "AvgPool2d")],
    [
      "kind_strided",
      { ...DEFAULTS, name: "MaxPool2d", kernelSize: 1, stride: model.layer.stride ?? model.layer.kernelSize },
    ],
  ];
  const rows = kinds.map(([text, layer]) => {
    const before = pooled(pooling, layer, first);
    const after = pooled(pooling, layer, second);
    if (!before || !after) return nothing;
    let changed = 0;
    let total = 0;
    for (let at = 0; at < before.data.length; at++) {
      const difference = Math.abs((before.data[at] as number) - (after.data[at] as number));
      if (difference > 0) changed++;
      total += Number.isFinite(difference) ? difference : 0;
    }
    const count = before.data.length;
    return html`<tr><th scope="row">${texts[text]}</th><td>${number(Math.round((1000 * changed) / count) / 10)} %</td><td>${number(Math.round((100 * total) / count) / 100)}</td></tr>`;
  });
  return html`<table><thead><tr><th scope="col">${texts.note_shifted}</th><th scope="col">${texts.note_changed}</th><th scope="col">${texts.note_by}</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** Three layers over one row of cells: what the last layer's middle output can see. */
function stack({ pooling, texts }: NoteContext): TemplateResult {
  const cells = 23;
  const { options } = operator({ ...DEFAULTS, name: "MaxPool2d", kernelSize: 3, stride: 2 });
  const axes: Model["columns"][] = [];
  for (let size = cells; axes.length < 3; ) {
    const { columns } = pooling.geometry2d([size, size], options);
    axes.push(columns);
    size = columns.output;
  }
  const [pitch, rise] = [22, 46];
  // Every layer's cell stands over the middle of its window.
  const places: number[][] = [Array.from({ length: cells }, (_, at) => 12 + at * pitch)];
  for (const axis of axes) {
    const below = places.at(-1) as number[];
    places.push(
      Array.from(
        axis.start as Iterable<number>,
        (start) => ((below[start] as number) + (below[start + (axis.span ?? 1) - 1] as number)) / 2,
      ),
    );
  }
  const top = axes.length;
  const middle = Math.floor((places[top] as number[]).length / 2);
  let seen: [number, number] = [middle, middle];
  const ranges: [number, number][] = [];
  ranges[top] = seen;
  for (let level = top; level > 0; level--) {
    const axis = axes[level - 1] as (typeof axes)[number];
    seen = [axis.start[seen[0]] as number, (axis.start[seen[1]] as number) + (axis.span ?? 1) - 1];
    ranges[level - 1] = seen;
  }
  const y = (level: number) => 14 + (top - level) * rise;
  const sizes = ranges.map(([first, last]) => last - first + 1);
  return html`<svg class="stack" viewBox="0 0 ${cells * pitch + 4} ${y(0) + 14}" role="img" aria-label=${say(texts.note_stack_label, { size: sizes[0] as number })}>
    ${places.slice(1).map((row, above) => {
      const level = above + 1;
      const axis = axes[above] as (typeof axes)[number];
      const [first, last] = ranges[level] as [number, number];
      return row.map((x, at) => {
        const lit = at >= first && at <= last;
        return Array.from({ length: axis.kernel ?? 1 }, (_, tap) => {
          const to = (places[above] as number[])[(axis.start[at] as number) + tap * (axis.dilation ?? 1)] as number;
          return svg`<line class=${lit ? "lit" : "dim"} x1=${x} y1=${y(level) + 5} x2=${to} y2=${y(above) - 5}></line>`;
        });
      });
    })}
    ${places.map((row, level) => {
      const [first, last] = ranges[level] as [number, number];
      return row.map(
        (x, at) =>
          svg`<circle class=${at >= first && at <= last ? "lit" : "dim"} cx=${x} cy=${y(level)} r="5"></circle>`,
      );
    })}
  </svg>
  <p class="soft">${say(texts.note_stack_sizes, { sizes: sizes.slice(0, top).reverse().join(texts.separator) })}</p>`;
}

const NOTES: readonly Note[] = [
  {
    name: "weights",
    links: [{ text: "link_weights", to: "nn.AvgPool2d(kernel_size=3, stride=1)&image=numbers&at=2,3" }],
  },
  {
    name: "channels",
    links: [{ text: "link_channels", to: "nn.MaxPool2d(kernel_size=6, stride=2)&image=spaceship&at=30,60&channel=2" }],
    demonstration: channels,
  },
  {
    name: "position",
    links: [
      { text: "link_position", to: "nn.MaxPool2d(kernel_size=4, stride=4)&image=drawing&at=17,23" },
      { text: "link_rings", to: "nn.MaxPool2d(kernel_size=1, stride=4)&image=rings&at=19,24" },
    ],
    demonstration: position,
  },
  {
    name: "dilation",
    links: [
      { text: "link_dilation_1", to: "nn.MaxPool2d(kernel_size=3, stride=1)&image=numbers&at=1,2" },
      { text: "link_dilation_2", to: "nn.MaxPool2d(kernel_size=3, stride=1, dilation=2)&image=numbers&at=1,2" },
      { text: "link_dilation_3", to: "nn.MaxPool2d(kernel_size=3, stride=1, dilation=3)&image=numbers&at=1,1" },
    ],
  },
  {
    name: "indices",
    links: [
      { text: "link_unpool", to: "nn.MaxPool2d(kernel_size=2)&image=numbers&at=1,1&look=unpool" },
      {
        text: "link_gradient",
        to: "nn.MaxPool2d(kernel_size=3, stride=1)&image=numbers&at=4,5&side=input&look=gradient",
      },
      { text: "link_spread", to: "nn.AvgPool2d(kernel_size=3, stride=2)&image=numbers&at=1,1&look=gradient" },
    ],
  },
  {
    name: "stack",
    links: [{ text: "link_stack", to: "nn.MaxPool2d(kernel_size=3, stride=2)&image=numbers&at=1,2" }],
    demonstration: stack,
  },
];

/** Six short notes; each sets the figure by a link, some show it themselves once they are opened. */
export const notes = (
  context: NoteContext,
  open: ReadonlySet<string>,
  toggle: (name: string, on: boolean) => void,
): TemplateResult => {
  const { texts } = context;
  return html`<h2>${texts.notes}</h2>${NOTES.map(
    ({
      name,
      links,
      demonstration,
    }) => html`<details @toggle=${(event: Event) => toggle(name, (event.currentTarget as HTMLDetailsElement).open)}>
      <summary>${texts[`note_${name}`]}</summary>
      <p>${texts[`note_${name}_body`]}</p>
      <p class="links">${links.map(({ text, to }) => html`<a href="#${encode(to)}">${texts[text]}</a> `)}</p>
      ${open.has(name) && demonstration ? demonstration(context) : nothing}
    </details>`,
  )}`;
};
