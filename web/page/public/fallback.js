// Says why the figure stays still where the page's module was not run: on a disk, or in a frame that may load none.
// A classic script, since browsers run those everywhere.
addEventListener("load", () => {
  const root = document.documentElement;
  if (root.dataset.begun !== undefined) return;
  const why = location.protocol === "file:" ? "disk" : "code";
  root.lang = /^zh/i.test(navigator.language) ? "zh-CN" : "en";
  root.dataset.state = "error";
  const sentence = document.querySelector(`#stuck .${why}[lang="${root.lang}"]`);
  document.getElementById("error").textContent = sentence.textContent;
});
