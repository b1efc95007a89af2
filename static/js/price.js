/* The sum of a price comes out while somebody types: the server reckons, as it does for «Reckon».
   Without script, or without a connection, the button asks for it. */
begin();
document.addEventListener("page:shown", begin);

function begin() {
  const button = document.querySelector("[data-sum]:not([data-on])");
  const here = document.querySelector("[data-sum-here]");
  if (!button || !here || !window.fetch) return;
  button.dataset.on = "";
  let timer = 0;
  let asked = 0;
  button.form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const turn = ++asked;
      const html = await reckon(button);
      if (html && turn === asked) here.innerHTML = html;
    }, 500);
  });
}

async function reckon(button) {
  const typed = new FormData(button.form);
  typed.delete("csrf_token");
  try {
    const answer = await fetch(`${button.dataset.sum}?${new URLSearchParams(typed)}`);
    return answer.ok && !answer.redirected ? await answer.text() : "";
  } catch {
    return ""; // no connection: what stands there stays
  }
}
