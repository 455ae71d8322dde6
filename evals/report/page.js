const rows = [...document.querySelectorAll("details.row")];
const find = document.getElementById("find");
const selects = [...document.querySelectorAll(".filters select")];
const count = document.getElementById("count");

function apply() {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    const fits = selects.every((s) => !s.value || row.dataset[s.name] === s.value) && words.every((w) => text.includes(w));
    row.hidden = !fits;
    if (fits) shown += 1;
  }
  count.textContent = `${shown} of ${rows.length}`;
}

find.addEventListener("input", apply);
selects.forEach((s) => s.addEventListener("change", apply));
apply();
