// Put into each example while it is tested, before anything else: not every driver tells what a policy refused.
window.violations = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) => {
  window.violations.push(`${violatedDirective} ${blockedURI} ${sample}`);
});
