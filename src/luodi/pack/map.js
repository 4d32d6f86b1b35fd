(() => {
  const map = document.currentScript.closest(".notice-map");
  const cards = [...map.querySelectorAll(".card")];
  const show = () => {
    const card = location.hash && map.querySelector("#" + CSS.escape(location.hash.slice(1)));
    if (card && card.matches("details")) { card.open = true; card.scrollIntoView({ block: "nearest" }); }
  };
  addEventListener("hashchange", show);
  show();
  let before = [];
  addEventListener("beforeprint", () => {
    before = cards.map((card) => card.open);
    cards.forEach((card) => { card.open = true; });
  });
  addEventListener("afterprint", () => cards.forEach((card, i) => { card.open = before[i]; }));
  const buttons = [...map.querySelectorAll(".legend button")];
  buttons.forEach((button) => button.addEventListener("click", () => {
    const on = button.getAttribute("aria-pressed") !== "true";
    buttons.forEach((one) => one.setAttribute("aria-pressed", String(on && one === button)));
    map.querySelectorAll("[data-kinds]").forEach((one) =>
      one.classList.toggle("dim", on && !one.dataset.kinds.split(" ").includes(button.dataset.kind)));
  }));
})();
