/*
 * A search box, the header's or the home page's, as a combobox (WAI-ARIA authoring practices, "list autocomplete with manual
 * selection").
 * htmx fetches the options into the list; this shows the list and makes it work by keyboard and pointer.
 */
const asCombobox = (input, list) => {
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, autocomplete: "off",
  })) input.setAttribute(name, value);

  const options = () => [...list.querySelectorAll('[role="option"]')];
  let active = -1;

  const choose = (place) => {
    active = place;
    input.removeAttribute("aria-activedescendant");
    options().forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === active));
      if (at !== active) return;
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    });
  };
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    choose(-1);
  };
  const go = (option) => window.location.assign(option.dataset.address);

  list.addEventListener("htmx:afterSwap", () => {
    options().forEach((option, at) => { option.id = `${list.id}-${at + 1}`; });
    show(options().length > 0 && document.activeElement === input);
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) go(option);
  });
  input.addEventListener("blur", () => show(false));
  input.addEventListener("keydown", (event) => {
    const last = options().length - 1;
    if (event.isComposing || last < 0) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = active + step;
      choose(next > last ? -1 : next < -1 ? last : next); // past either end the text itself is chosen again
    } else if (event.key === "Enter" && !list.hidden && active >= 0) {
      event.preventDefault();
      go(options()[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // else it empties the box
      show(false);
    }
  });
};

if (window.htmx) {
  for (const list of document.querySelectorAll(".suggestions")) asCombobox(list.closest("form").elements.q, list);
}
