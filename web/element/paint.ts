/** A scene on a canvas: the page's sink, next to figure/svg.ts. */
import type { Scene, Shape, Side } from "../figure/scene.js";
import { FONT } from "../figure/svg.js";

export type Sources = Record<Side, CanvasImageSource & { width: number; height: number }>;

function stroke(context: CanvasRenderingContext2D, shape: Shape): boolean {
  if (!shape.stroke) return false;
  context.strokeStyle = shape.stroke;
  context.lineWidth = shape.line ?? 1;
  context.setLineDash(shape.dash ? [...shape.dash] : []);
  context.lineCap = shape.round ? "round" : "butt";
  return true;
}

function draw(context: CanvasRenderingContext2D, shape: Shape, sources: Sources, withBase: boolean): void {
  context.globalAlpha = shape.opacity ?? 1;
  if (shape.fill) context.fillStyle = shape.fill;
  switch (shape.kind) {
    case "rectangle":
      if (shape.fill) context.fillRect(shape.x, shape.y, shape.width, shape.height);
      if (stroke(context, shape)) context.strokeRect(shape.x, shape.y, shape.width, shape.height);
      break;
    case "path": {
      const path = new Path2D(shape.path);
      if (shape.fill) context.fill(path);
      if (stroke(context, shape)) context.stroke(path);
      break;
    }
    case "circle":
      context.beginPath();
      context.arc(shape.x, shape.y, shape.radius, 0, 2 * Math.PI);
      if (shape.fill) context.fill();
      if (stroke(context, shape)) context.stroke();
      break;
    case "text":
      context.font = `${shape.bold ? "700 " : ""}${shape.size}px ${FONT}`;
      context.textAlign = shape.anchor === "middle" ? "center" : shape.anchor === "end" ? "right" : "left";
      context.textBaseline = "alphabetic";
      if (shape.halo) {
        context.strokeStyle = shape.halo;
        context.lineWidth = 2.5;
        context.setLineDash([]);
        context.strokeText(shape.text, shape.x, shape.y + shape.size * 0.35);
      }
      context.fillText(shape.text, shape.x, shape.y + shape.size * 0.35);
      break;
    case "cells": {
      if (shape.base && !withBase) break;
      const { top, bottom, left, right } = shape.visible;
      context.imageSmoothingEnabled = false;
      context.drawImage(
        sources[shape.side],
        left,
        top,
        right - left,
        bottom - top,
        shape.x + left * shape.cell,
        shape.y + top * shape.cell,
        (right - left) * shape.cell,
        (bottom - top) * shape.cell,
      );
      break;
    }
  }
}

/** Paints `scene` at `density` device pixels a unit. The plain pictures are skipped unless `withBase`: the page shows its own. */
export function paint(
  canvas: HTMLCanvasElement,
  scene: Scene,
  density: number,
  sources: Sources,
  withBase = false,
): void {
  const width = Math.round(scene.width * density);
  const height = Math.round(scene.height * density);
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, width, height);
  context.setTransform(density, 0, 0, density, 0, 0);
  for (const { clip, shapes } of scene.groups) {
    if (shapes.length === 0) continue;
    context.save();
    if (clip) {
      context.beginPath();
      context.rect(clip.x, clip.y, clip.width, clip.height);
      context.clip();
    }
    for (const shape of shapes) draw(context, shape, sources, withBase);
    context.restore();
  }
}
