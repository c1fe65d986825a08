// What jsdom does not have.
for (const name of ["IntersectionObserver", "ResizeObserver", "matchMedia", "ImageData"]) globalThis[name] = undefined;
CSSStyleSheet.prototype.replaceSync = undefined;
Blob.prototype.stream = undefined;
