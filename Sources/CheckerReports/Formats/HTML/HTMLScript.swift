/// The script of a page. It brings no content: without it the page shows everything, and only search
/// and filters are missing. No text of a trace is ever part of it.
enum HTMLScript {
  /// The SHA-256 of ``text`` in Base64, by which a browser knows the one script that may run. The check
  /// `.ci/checks.d/html.sh` says what it must be.
  static let digest = "xUe9P6eDKecI71GxhrdVM1D0boFfhaYAhNOV2iYvBU0="

  static let text = #"""
    "use strict";
    (function () {
      const all = (selector) => Array.from(document.querySelectorAll(selector));
      const faults = all("details.fault");
      const data = document.getElementById("bodies");
      const models = new Map();
      let bodies = null;
      // The evidence of a fault that stands in the page's data: see LaterBodies.
      const stored = (fault) => {
        bodies ??= JSON.parse(data.textContent);
        const entry = bodies[fault.dataset.id.slice(1) - data.dataset.first];
        if (typeof entry === "string") return entry;
        const model = entry[0];
        if (!models.has(model)) models.set(model, bodies[model].split(/(?=[<>"])/));
        const parts = models.get(model).slice();
        for (let at = 1; at < entry.length; at += 2) parts[entry[at]] = entry[at + 1];
        return parts.join("");
      };
      const draw = (fault) => {
        const later = fault.querySelector("noscript");
        if (later) {
          later.outerHTML = later.textContent;
        } else if (fault.childElementCount === 1) {
          const body = document.createElement("div");
          body.className = "body";
          body.innerHTML = stored(fault);
          fault.append(body);
        } else {
          return;
        }
        for (const same of fault.querySelectorAll("[data-as]")) {
          const twin = document.getElementById(same.dataset.as).closest("details.fault");
          draw(twin);
          const picture = twin.querySelector("svg.md");
          if (picture) same.replaceChildren(picture.cloneNode(true));
        }
      };
      document.addEventListener("toggle", (event) => {
        if (event.target.open && event.target.matches("details.fault")) draw(event.target);
      }, true);
      for (const fault of faults) if (fault.open) draw(fault);
      const reveal = () => {
        const target = document.getElementById(location.hash.slice(1));
        const fault = target && target.closest("details.fault");
        if (!fault) return;
        draw(fault);
        fault.open = true;
        fault.scrollIntoView({ behavior: "instant" });
      };
      addEventListener("hashchange", reveal);
      for (const link of all('nav a[href^="#f"]')) {
        link.addEventListener("click", () => setTimeout(reveal));
      }
      let closed = [];
      addEventListener("beforeprint", () => {
        for (const fault of faults) draw(fault);
        closed = all("details:not([open])");
        for (const part of closed) part.open = true;
      });
      addEventListener("afterprint", () => {
        for (const part of closed) part.open = false;
      });
      const form = document.getElementById("filters");
      if (!form) return;
      const controls = form.elements;
      const keys = ["rule", "driver", "severity"];
      let texts = null;
      const signs = { lt: "<", gt: ">", quot: '"', "#39": "'", "#35": "#", amp: "&" };
      const text = (fault) => {
        const later = fault.querySelector("noscript");
        if (!later && fault.childElementCount > 1) return fault.textContent.toLowerCase();
        const markup = (later ? later.textContent : stored(fault)).replace(/<[^>]*>/g, " ")
          .replace(/&(lt|gt|quot|#39|#35|amp);/g, (all, name) => signs[name]);
        return (fault.firstElementChild.textContent + " " + markup).toLowerCase();
      };
      const apply = () => {
        const words = controls.text.value.toLowerCase().split(/\s+/).filter((word) => word);
        if (words.length && !texts) texts = faults.map(text);
        let shown = 0;
        const ids = new Set();
        faults.forEach((fault, index) => {
          const fits = keys.every((key) => !controls[key].selectedIndex
            || fault.dataset[key] === controls[key].value)
            && words.every((word) => texts[index].includes(word));
          if (fault.hidden === fits) fault.hidden = !fits;
          if (fits) { shown += 1; ids.add(fault.dataset.id); }
        });
        for (const section of all("section.rule")) {
          section.hidden = !section.querySelector("details.fault:not([hidden])");
        }
        for (const item of all("nav li[data-for]")) item.hidden = !ids.has(item.dataset.for);
        for (const item of all("nav li.rule")) {
          item.hidden = !item.querySelector("li:not([hidden])");
        }
        controls.shown.value = shown === faults.length
          ? faults.length + (shown === 1 ? " fault" : " faults")
          : shown + " of " + faults.length + " faults";
      };
      form.addEventListener("input", apply);
      form.addEventListener("submit", (event) => event.preventDefault());
      const setOpen = (isOpen) => () => {
        for (const fault of faults) if (!fault.hidden) fault.open = isOpen;
      };
      controls.open.addEventListener("click", setOpen(true));
      controls.close.addEventListener("click", setOpen(false));
      form.hidden = false;
      apply();
      reveal();
    })();
    """#
}
