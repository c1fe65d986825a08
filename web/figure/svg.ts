/** A scene as SVG text: no scripts, no style sheet, nothing fetched. */
import { css, rgbAt } from "./colour.js";
import { type Model, shownPlane } from "./model.js";
import { fine, type Scene, type Shape, type Side } from "./scene.js";

export const FONT =
  "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif";

const escapeText = (text: string): string =>
  text.replace(/[&<>"]/g, (mark) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[mark] as string);

function paint(shape: Shape): string {
  let text = ` fill="${shape.fill ?? "none"}"`;
  if (shape.stroke) {
    text += ` stroke="${shape.stroke}" stroke-width="${fine(shape.line ?? 1)}"`;
    if (shape.dash) text += ` stroke-dasharray="${shape.dash.map(fine).join(" ")}"`;
    if (shape.round) text += ' stroke-linecap="round"';
  }
  if (shape.opacity !== undefined) text += ` opacity="${fine(shape.opacity)}"`;
  return text;
}

export interface SvgOptions {
  title: string;
  description: string;
  model: Model;
  /** Addresses of the whole pictures; without them every visible cell becomes a rectangle. */
  pictures?: Partial<Record<Side, string>>;
  /** A colour behind everything; absent: transparent. */
  background?: string;
  /** Attributes for the root element, for a figure that stands in a page. */
  attributes?: string;
}

export function svg(scene: Scene, options: SvgOptions): string {
  const { model, pictures = {} } = options;
  const clips: string[] = [];
  const draw = (shape: Shape): string => {
    switch (shape.kind) {
      case "rectangle":
        return `<rect x="${fine(shape.x)}" y="${fine(shape.y)}" width="${fine(shape.width)}" height="${fine(shape.height)}"${shape.radius ? ` rx="${shape.radius}"` : ""}${paint(shape)}/>`;
      case "path":
        return `<path d="${shape.path}"${paint(shape)}/>`;
      case "circle":
        return `<circle cx="${fine(shape.x)}" cy="${fine(shape.y)}" r="${fine(shape.radius)}"${paint(shape)}/>`;
      case "text": {
        const halo = shape.halo ? ` stroke="${shape.halo}" stroke-width="2.5" paint-order="stroke"` : "";
        return `<text x="${fine(shape.x)}" y="${fine(shape.y + shape.size * 0.35)}" font-size="${fine(shape.size)}" text-anchor="${shape.anchor ?? "start"}"${shape.bold ? ' font-weight="700"' : ""} fill="${shape.fill ?? "currentColor"}"${halo}>${escapeText(shape.text)}</text>`;
      }
      case "cells": {
        const plane = shownPlane(model, shape.side);
        const href = pictures[shape.side];
        // A lens over an embedded picture is cheaper cell by cell than embedded again.
        if (href && (shape.base || !href.startsWith("data:"))) {
          return `<image href="${escapeText(href)}" x="${fine(shape.x)}" y="${fine(shape.y)}" width="${fine(plane.width * shape.cell)}" height="${fine(plane.height * shape.cell)}" preserveAspectRatio="none" image-rendering="pixelated"/>`;
        }
        let runs = "";
        for (let row = shape.visible.top; row < shape.visible.bottom; row++) {
          for (let column = shape.visible.left; column < shape.visible.right; ) {
            const colour = css(rgbAt(plane, row, column));
            let end = column + 1;
            while (end < shape.visible.right && css(rgbAt(plane, row, end)) === colour) end++;
            runs += `<rect x="${fine(shape.x + column * shape.cell)}" y="${fine(shape.y + row * shape.cell)}" width="${fine((end - column) * shape.cell)}" height="${fine(shape.cell)}" fill="${colour}"/>`;
            column = end;
          }
        }
        return `<g shape-rendering="crispEdges">${runs}</g>`;
      }
    }
  };
  const body = scene.groups
    .filter(({ shapes }) => shapes.length > 0)
    .map(({ name, clip, shapes }) => {
      let open = `<g data-layer="${name}"`;
      if (clip) {
        // The name says where it cuts: equal clips of two figures in one page may share it safely.
        const id = `clip-${[clip.x, clip.y, clip.width, clip.height].map((value) => fine(value).replace(/[.-]/g, "_")).join("-")}`;
        clips.push(
          `<clipPath id="${id}"><rect x="${fine(clip.x)}" y="${fine(clip.y)}" width="${fine(clip.width)}" height="${fine(clip.height)}"/></clipPath>`,
        );
        open += ` clip-path="url(#${id})"`;
      }
      return `${open}>${shapes.map(draw).join("")}</g>`;
    })
    .join("\n");
  const size = `viewBox="0 0 ${fine(scene.width)} ${fine(scene.height)}" width="${fine(scene.width)}" height="${fine(scene.height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} font-family="${FONT}" role="img"${options.attributes ? ` ${options.attributes}` : ""}>`,
    `<title>${escapeText(options.title)}</title><desc>${escapeText(options.description)}</desc>`,
    `<defs>${[...new Set(clips)].join("")}</defs>`,
    options.background ? `<rect width="100%" height="100%" fill="${options.background}"/>` : "",
    body,
    "</svg>",
  ]
    .filter(Boolean)
    .join("\n");
}
