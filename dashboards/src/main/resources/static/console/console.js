// The little that a page does by itself: ages that tick, the reader's own clock, keys, and saying when live updates are
// interrupted. All content comes from the server; nothing here acts on anybody's behalf but "a", which acknowledges.
(() => {
  'use strict';
  const root = document.documentElement;
  const $ = (selector, from) => (from || document).querySelector(selector);
  const $$ = (selector, from) => Array.from((from || document).querySelectorAll(selector));
  root.classList.add('js');

  // --- clocks: the server's now, carried on by this browser's clock ---------------------------------------------------
  let skew = Date.parse(document.body.dataset.now || '') - Date.now();
  if (!Number.isFinite(skew)) skew = 0;
  const now = () => Date.now() + skew;
  const two = n => String(n).padStart(2, '0');

  const span = millis => {
    const s = Math.max(0, Math.floor(millis / 1000));
    const join = (a, unit, b, small) => a + ' ' + unit + (b ? ' ' + b + ' ' + small : '');
    if (s < 60) return s + ' s';
    if (s < 3600) return join(Math.floor(s / 60), 'min', s % 60, 's');
    if (s < 86400) return join(Math.floor(s / 3600), 'h', Math.floor(s % 3600 / 60), 'min');
    return join(Math.floor(s / 86400), 'd', Math.floor(s % 86400 / 3600), 'h');
  };
  const countdown = millis => {
    const s = Math.max(0, Math.floor(millis / 1000));
    return s >= 3600 ? Math.floor(s / 3600) + ':' + two(Math.floor(s % 3600 / 60)) + ':' + two(s % 60)
      : Math.floor(s / 60) + ':' + two(s % 60);
  };
  const put = (element, text) => { if (element && element.textContent !== text) element.textContent = text; };

  function ageChip() {
    const chip = $('#data-age');
    const newest = chip ? Date.parse(chip.dataset.newest || '') : NaN;
    if (!Number.isFinite(newest)) return;
    const age = now() - newest;
    const blind = age > Number(chip.dataset.bad) * 1000;
    const stale = !blind && age > Number(chip.dataset.warn) * 1000;
    chip.classList.toggle('bad', blind);
    chip.classList.toggle('warn', stale);
    put($('[data-before]', chip), blind ? chip.dataset.blind : chip.dataset.clear);
    put($('[data-age]', chip), span(age));
  }

  function localTimes() {
    const clock = $('[data-localclock]');
    const local = new Date(now());
    put(clock, two(local.getHours()) + ':' + two(local.getMinutes()) + ':' + two(local.getSeconds()));
    const line = $('.localclock');
    if (line) line.hidden = false;
    for (const time of $$('time[datetime]')) {
      if (time.title) continue;
      const at = new Date(time.getAttribute('datetime'));
      if (Number.isNaN(at.getTime())) continue;
      time.title = at.toLocaleString();
      const shown = two(at.getHours()) + ':' + two(at.getMinutes()) + ':' + two(at.getSeconds());
      if (time.hasAttribute('data-local') && !time.textContent.includes(shown)) {
        time.textContent += ' (' + shown + ')';
      }
    }
  }

  function beat() {
    for (const element of $$('[data-since]')) put(element, span(now() - Date.parse(element.dataset.since)));
    for (const element of $$('[data-until]')) put(element, countdown(Date.parse(element.dataset.until) - now()));
    ageChip();
    localTimes();
  }
  beat();
  setInterval(beat, 1000);

  // --- live updates -------------------------------------------------------------------------------------------------
  // one tick may come late; silence for longer means that the stream is dead
  const QUIET_MILLIS = 2.5 * (Number(document.body.dataset.tick) || 10000);
  const ASK_MILLIS = 5000;
  let heard = Date.now();
  let asked = 0;
  let broken = false;
  let asleep = false;
  let signedOut = false;
  let source = null;
  let databaseSilent = false;

  const show = (id, is) => { const note = document.getElementById(id); if (note) note.hidden = !is; };
  const refresh = () => window.htmx && !signedOut && htmx.trigger(document.body, 'evenkeel:refresh');
  function setBroken(is) {
    if (is === broken) return;
    broken = is;
    show('reconnecting', is && !signedOut);
    root.classList.toggle('cut', is);
    // what happened while we were away is on the page that the server renders now
    if (!is) refresh();
  }
  function setSignedOut() {
    signedOut = true;
    show('signedout', true);
    show('reconnecting', false);
    root.classList.add('cut');
  }
  // the extension opens a new stream when a closed one reports an error
  function closeStream() {
    if (!source || source.readyState === EventSource.CLOSED) return false;
    source.close();
    return true;
  }
  const reopenStream = () => source.onerror(new Event('error'));
  // a browser has six connections for one server, and a stream keeps one: those of tabs that nobody looks at would
  // leave none to load a page or to approve with
  function sleep() { if (closeStream()) asleep = true; }
  function wake() {
    if (!asleep) return;
    reopenStream();
    asleep = false;
    heard = Date.now();
    refresh();
  }
  document.addEventListener('visibilitychange', () => document.hidden ? sleep() : wake());

  document.addEventListener('htmx:sseError', () => { if (!asleep) setBroken(true); });
  document.addEventListener('htmx:sseOpen', event => {
    heard = Date.now();
    if (source !== event.detail.source) {
      source = event.detail.source;
      source.addEventListener('tick', ticked);
    }
    if (document.hidden) sleep();
    else setBroken(false);
  });
  function ticked(message) {
    heard = Date.now();
    try {
      const told = JSON.parse(message.data);
      const at = Date.parse(told.now);
      if (Number.isFinite(at)) skew = at - Date.now();
      databaseSilent = told.database === false;
      show('database', databaseSilent);
    } catch (wrong) {
      console.warn('tick could not be read', wrong);
    }
  }
  setInterval(() => {
    if (asleep || signedOut) return;
    const now = Date.now();
    if (now - heard > QUIET_MILLIS) {
      heard = now - QUIET_MILLIS / 2;
      setBroken(true);
      // a connection that died without a word
      if (closeStream()) reopenStream();
    }
    // without a stream the page asks by itself; the answer also tells whether we are still logged in
    if (broken && now - asked > ASK_MILLIS) {
      asked = now;
      refresh();
    }
  }, 2000);

  // --- a swap must not disturb the reader ---------------------------------------------------------------------------
  if (window.Idiomorph) {
    Object.assign(Idiomorph.defaults.callbacks, {
      // an open fold stays open, half-written text stays, a drawn cursor stays
      beforeAttributeUpdated: (name, element) =>
        !(name === 'open' && (element.tagName === 'DETAILS' || element.tagName === 'DIALOG')),
      beforeNodeMorphed: (old) => !(old.nodeType === 1 && old.hasAttribute('data-keep') && (old.value || old === document.activeElement)),
    });
  }
  // a fetch that ended at the login page or at an error must not empty the page
  document.addEventListener('htmx:beforeSwap', event => {
    const answer = event.detail.xhr;
    if (answer && answer.responseURL && new URL(answer.responseURL).pathname === '/login') {
      event.detail.shouldSwap = false;
      setSignedOut();
    } else if (event.detail.shouldSwap && !databaseSilent) {
      show('database', false);
    }
  });
  document.addEventListener('htmx:responseError', event => {
    if (event.detail.xhr.status >= 500) show('database', true);
    if (event.detail.xhr.status === 401) setSignedOut();
  });
  document.addEventListener('htmx:afterSwap', () => {
    beat();
    guardPlans();
    announce();
  });
  // nobody approves by accident what was swapped in under the finger; the next swap brings the server's page without
  // lock and note, so both are put on again for as long as they hold
  const LOCK_MILLIS = 2500;
  const NOTE_MILLIS = 60000;
  const readDigests = () => new Map($$('[data-digest]').map(card => [card.id, card.dataset.digest]));
  let digests = readDigests();
  const changes = new Map();
  function guardPlans() {
    const fresh = readDigests();
    for (const [id, digest] of fresh) {
      if (digests.get(id) !== digest) changes.set(id, {at: Date.now(), told: digests.size > 0});
    }
    digests = fresh;
    for (const [id, change] of changes) {
      const card = document.getElementById(id);
      const age = Date.now() - change.at;
      if (!card || age > NOTE_MILLIS) { changes.delete(id); continue; }
      const note = $('[data-changed]', card);
      if (note) note.hidden = !change.told;
      if (age < LOCK_MILLIS) {
        setLocked(card, true);
        // unless it changes once more until then
        setTimeout(() => { if (Date.now() - change.at >= LOCK_MILLIS && changes.get(id) === change) setLocked(card, false); }, LOCK_MILLIS - age);
      }
    }
  }
  const setLocked = (card, is) => $$('form.approve button', card).forEach(button => { button.disabled = is; });
  let said = ($('#live') || {dataset: {}}).dataset.announce;
  function announce() {
    const live = $('#live');
    if (!live || live.dataset.announce === said) return;
    said = live.dataset.announce;
    put($('#announce'), said || '');
  }
  // one click, one request
  document.addEventListener('submit', event => {
    if (event.target.method !== 'post') return;
    setTimeout(() => $$('button', event.target).forEach(button => { button.disabled = true; }), 0);
  });
  window.addEventListener('pageshow', event => {
    if (event.persisted) { $$('form button').forEach(button => { button.disabled = false; }); refresh(); }
  });

  // --- one time cursor through all plots ----------------------------------------------------------------------------
  document.addEventListener('pointermove', event => {
    const plot = event.target.closest && event.target.closest('svg.plot');
    const plots = $$('svg.plot');
    if (!plot) {
      plots.forEach(other => setCursor(other, null));
      return;
    }
    const box = plot.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width * plot.viewBox.baseVal.width;
    const {from, to, left, right} = plot.dataset;
    const at = Number(from) + (x - left) / (right - left) * (to - from);
    plots.forEach(other => setCursor(other, at >= Number(from) && at <= Number(to) ? at : null));
  }, {passive: true});
  function setCursor(plot, at) {
    const line = $('.cursor', plot);
    if (!line) return;
    const {from, to, left, right} = plot.dataset;
    const inside = at !== null && at >= Number(from) && at <= Number(to);
    const x = inside ? Number(left) + (at - from) / (to - from) * (right - left) : -9;
    line.setAttribute('x1', x.toFixed(1));
    line.setAttribute('x2', x.toFixed(1));
  }

  // --- keys ---------------------------------------------------------------------------------------------------------
  function move(step) {
    const rows = $$('[data-row]').map(row => row.tagName === 'A' ? row : $('a', row)).filter(Boolean);
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement);
    rows[Math.max(0, Math.min(rows.length - 1, at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step))].focus();
  }
  function go(id, otherwise) {
    const target = document.getElementById(id);
    if (!target) { location.assign(otherwise); return; }
    target.scrollIntoView({block: 'start'});
    target.focus({preventScroll: true});
  }
  const incident = () => (location.pathname.match(/^\/i\/\d+/) || [''])[0];
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    a: () => { const form = document.getElementById('acknowledge'); if (form) form.requestSubmit(); },
    r: () => go('do', incident() ? incident() + '#do' : '/runbooks'),
    t: () => go('timeline', incident() ? incident() + '/timeline' : '/'),
    '/': () => { const find = document.getElementById('q'); if (find) find.focus(); else location.assign('/signals#q'); },
    '?': () => { const help = document.getElementById('help'); if (help && !help.open) help.showModal(); },
  };
  // who dictates, or hits keys by accident, can switch them off (WCAG 2.2, 2.1.4); a browser may refuse to remember
  const KEYS = 'evenkeel-keys';
  const stored = () => { try { return localStorage.getItem(KEYS); } catch (refused) { return null; } };
  let keysOff = stored() === 'off';
  const keysOn = () => !keysOff;
  const keySwitch = $('[data-keys]');
  if (keySwitch) {
    keySwitch.checked = keysOn();
    keySwitch.addEventListener('change', () => {
      keysOff = !keySwitch.checked;
      try { localStorage.setItem(KEYS, keysOff ? 'off' : 'on'); } catch (refused) { /* holds for this page alone */ }
    });
  }
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === 'Escape') {
      $$('details.pop[open], details.me[open]').forEach(menu => {
        if (menu.contains(document.activeElement)) $('summary', menu).focus();
        menu.open = false;
      });
      return;
    }
    if (!keysOn() || event.target.closest('input, textarea, select, [contenteditable]') || $('dialog[open]')) return;
    const act = keys[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  if (location.hash === '#q') { const find = document.getElementById('q'); if (find) find.focus(); }

  // --- small conveniences -------------------------------------------------------------------------------------------
  function openTarget() {
    const target = location.hash.length > 1 ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
    const fold = target && target.closest('details');
    if (fold) { fold.open = true; target.scrollIntoView({block: 'start'}); }
  }
  window.addEventListener('hashchange', openTarget);
  openTarget();
  document.addEventListener('click', event => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) openTarget();
    if (event.target.closest('[data-help]')) keys['?']();
    if (event.target.closest('[data-print]')) window.print();
    const copy = event.target.closest('[data-copy]');
    if (copy && navigator.clipboard) {
      const text = copy.textContent;
      navigator.clipboard.writeText(location.origin + location.pathname).then(() => {
        put(copy, copy.dataset.done);
        setTimeout(() => put(copy, text), 1500);
      });
    }
    $$('details.pop[open], details.me[open]').forEach(menu => { if (!menu.contains(event.target)) menu.open = false; });
  });
})();
