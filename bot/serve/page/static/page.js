// Asks without loading the whole page again, and adds buttons that copy quotes.
// Without it the forms and links do the same by themselves.
"use strict";

(() => {
  const main = document.getElementById("main");
  let asking = null;

  const copyButtons = () => {
    if (!navigator.clipboard) return;
    for (const quote of main.querySelectorAll("figure.quote")) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = main.dataset.copy;
      button.addEventListener("click", async () => {
        const text = quote.querySelector("blockquote").textContent.trim();
        const caption = quote.querySelector("figcaption");
        const source = [...caption.children].slice(0, 2).map((one) => one.textContent.trim());
        await navigator.clipboard.writeText(`${text}\n${source.join(" ").trim()}`);
        button.textContent = main.dataset.copied;
      });
      quote.querySelector(".links").append(" ", button);
    }
  };

  const show = async (address, options, focus) => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    main.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { ...options, signal });
      const type = response.headers.get("Content-Type") || "";
      if (!type.startsWith("text/html")) throw new Error(response.statusText);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      main.replaceChildren(...page.getElementById("main").childNodes);
      document.title = page.title;
      const fresh = page.querySelector("header nav");
      if (fresh) document.querySelector("header nav").replaceWith(fresh);
      copyButtons();
      main.removeAttribute("aria-busy");
      if (focus) (document.getElementById("answer") || main).focus();
      return response.url;
    } catch (error) {
      if (error.name === "AbortError") return null;
      main.removeAttribute("aria-busy");
      throw error;
    }
  };

  main.addEventListener("submit", async (event) => {
    const form = event.target;
    const data = new URLSearchParams(new FormData(form, event.submitter));
    event.preventDefault();
    const post = form.method === "post";
    const address = post ? form.action : `${form.action.split("?")[0]}?${data}`;
    try {
      const shown = await show(address, post ? { method: "POST", body: data } : {}, true);
      if (shown) history[post ? "replaceState" : "pushState"](null, "", shown);
    } catch {
      // Without an answer to show, the browser says by itself what is wrong.
      if (post) form.submit();
      else location.assign(address);
    }
  });

  addEventListener("popstate", () => {
    show(location.href, {}, false).catch(() => location.reload());
  });

  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const field = document.getElementById("q");
      if (field) {
        event.preventDefault();
        field.focus();
      }
    }
  });

  copyButtons();
})();
