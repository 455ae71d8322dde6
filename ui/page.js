() => {
  // A marker leads to its citation, or to the words in it that its sentence rests on.
  const placeOf = (mark) => mark && document.getElementById(mark.getAttribute("href").slice(1));
  const lead = (mark) => {
    const place = placeOf(mark);
    if (!place) return;
    const cite = place.closest("li");
    const folded = place.closest("details");
    if (folded) folded.open = true;
    document.querySelectorAll("#ct-chat .ct-meant").forEach((other) => other.classList.remove("ct-meant"));
    if (place !== cite) place.classList.add("ct-meant");
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    place.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    cite.focus({ preventScroll: true });
    cite.classList.remove("ct-flash");
    void cite.offsetWidth; // so that the animation starts anew
    cite.classList.add("ct-flash");
  };

  const copy = async (button) => {
    const turn = button.closest(".ct-turn");
    const lines = [turn.querySelector(".ct-text").innerText.replaceAll("\u00a0", " ")];
    turn.querySelectorAll(".ct-cites > li").forEach((cite) => {
      const meta = cite.querySelector(".ct-meta");
      const number = cite.querySelector(".ct-n").innerText;
      lines.push(`[${number}] ${cite.querySelector(".ct-title").innerText}${meta ? ` (${meta.innerText})` : ""}`);
    });
    await navigator.clipboard.writeText(lines.join("\n"));
    button.innerText = "Copied";
    setTimeout(() => (button.innerText = "Copy"), 1500);
  };

  const markOf = (event) => (event.target.closest ? event.target.closest("a.ct-mark") : null);
  document.addEventListener("click", (event) => {
    const mark = markOf(event);
    if (mark) {
      event.preventDefault();
      lead(mark);
    }
    const button = event.target.closest && event.target.closest("button.ct-copy");
    if (button) copy(button);
  });

  // Pointing at a marker points out its citation.
  const point = (on) => (event) => {
    const place = placeOf(markOf(event));
    if (place) place.closest("li").classList.toggle("ct-pointed", on);
  };
  ["mouseover", "focusin"].forEach((name) => document.addEventListener(name, point(true)));
  ["mouseout", "focusout"].forEach((name) => document.addEventListener(name, point(false)));

  // A list that Tab leaves would stay open over the question's box.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Tab" || !event.target.closest("#ct-tools input")) return;
    event.target.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  });

  // Gradio labels each message with its HTML source; a reader of the page aloud is told who speaks.
  const relabel = () => {
    document.querySelectorAll("#ct-chat [data-testid=bot]").forEach((m) => m.setAttribute("aria-label", "Answer"));
    document.querySelectorAll("#ct-chat [data-testid=user]").forEach((m) => m.setAttribute("aria-label", "Question"));
  };

  // A new question goes to the top, so that its answer is read from its beginning.
  let asked = 0;
  const showNewest = () => {
    const questions = document.querySelectorAll("#ct-chat .user-row");
    if (questions.length > asked) {
      const show = () => questions[questions.length - 1].scrollIntoView({ block: "start" });
      [0, 150, 400].forEach((wait) => setTimeout(show, wait)); // Gradio scrolls by itself in between
    }
    asked = questions.length;
  };
  const changed = () => {
    relabel();
    showNewest();
  };
  new MutationObserver(changed).observe(document.body, { childList: true, subtree: true });
}
