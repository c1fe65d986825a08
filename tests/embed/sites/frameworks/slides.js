import "poolscope/element";
import Reveal from "reveal.js";

const deck = new Reveal(document.querySelector(".reveal"));
await deck.initialize({ transition: "none" });
window.deck = deck;
document.documentElement.dataset.state = "ready";
