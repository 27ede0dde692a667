/** The index: filters the list of architectures. Everything is there without this script too. */
function start(): void {
  const cards = [...document.querySelectorAll<HTMLElement>('[data-domain]')];
  const selects = [...document.querySelectorAll<HTMLSelectElement>('select[name]')];
  const text = document.querySelector<HTMLInputElement>('input[name="text"]');
  const count = document.getElementById('count');
  const filter = () => {
    const chosen = new Map(selects.map(({ name, value }) => [name, value]));
    const words = (text?.value ?? '').toLowerCase().split(/\s+/);
    let shown = 0;
    for (const card of cards) {
      const { domain = '', services = '' } = card.dataset;
      const wanted = [chosen.get('domain') ?? '', chosen.get('service') ?? ''];
      const fits =
        (wanted[0] === '' || wanted[0] === domain) &&
        (wanted[1] === '' || services.split('|').includes(wanted[1] ?? '')) &&
        words.every((word) => card.textContent.toLowerCase().includes(word));
      card.hidden = !fits;
      if (fits) shown++;
    }
    for (const section of document.querySelectorAll<HTMLElement>('section[data-group]')) {
      section.hidden = [...section.querySelectorAll<HTMLElement>('[data-domain]')].every(
        ({ hidden }) => hidden,
      );
    }
    if (count) count.textContent = `${shown} of ${cards.length}`;
  };
  for (const input of [...selects, text]) input?.addEventListener('input', filter);
  filter();
}

start();
