// Tables of a form that grow by a line.

// Gives the new line. Its number stands wherever the template says __line__.
export function addLine(table) {
  const body = table.querySelector("[data-lines-body]");
  const line = table.querySelector("template").content.cloneNode(true);
  const index = String(body.querySelectorAll("[data-line]").length);
  for (const one of line.querySelectorAll("*")) {
    for (const { name, value } of [...one.attributes]) {
      if (value.includes("__line__")) one.setAttribute(name, value.replaceAll("__line__", index));
    }
  }
  const first = line.querySelector("input, select, textarea");
  body.append(line);
  return first;
}

// Lines that somebody had added before words are given back to a form: as many as these fields (`remedies-2-amount`) need.
export function growFor(form, names) {
  for (const name of names) {
    const [, index, field] = name.match(/-(\d{1,2})-(.+)$/) ?? [];
    if (index === undefined) continue;
    const blank = `${name.slice(0, -index.length - field.length - 2)}-__line__-${field}`;
    const table = [...form.querySelectorAll("[data-lines]")].find((one) => one.querySelector("template")?.content.querySelector(`[name="${CSS.escape(blank)}"]`));
    if (!table) continue;
    for (let lines = table.querySelectorAll("[data-line]").length; lines <= Number(index); lines += 1) addLine(table);
  }
}
