/* Checks a receipt in the reader's own browser: place in the tree, signatures, quorum, personal part, and whether the
   public files of the ledger say the same. Our own code on WebCrypto, no library.
   Formats: C2SP tlog-proof, signed-note, tlog-cosignature, tlog-policy, tlog-tiles; gl1. */
"use strict";
(function () {
  const utf8 = new TextEncoder();
  const NOTE = 1, COSIGNATURE = 4; // the signature types of Ed25519 keys

  class Wrong extends Error {} // what does not hold; the message is a word of the page
  class Refused extends Error {} // the message is the server's sentence

  function fromBase64(text) {
    const raw = atob(text);
    if (btoa(raw) !== text) throw new Error("another spelling of the same bytes");
    return Uint8Array.from(raw, (char) => char.charCodeAt(0));
  }
  const fromHex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const toHex = (raw) => Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const same = (one, other) => toHex(one) === toHex(other);

  function joined(...parts) {
    const raw = parts.map((part) => (typeof part === "string" ? utf8.encode(part) : Uint8Array.from(part)));
    const whole = new Uint8Array(raw.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of raw) { whole.set(part, at); at += part.length; }
    return whole;
  }
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
  const number = (value, width) => Array.from({ length: width }, (_, at) => Math.floor(value / 256 ** (width - 1 - at)) % 256);

  function readProof(text) {
    const cut = text.indexOf("\n\n");
    const lines = text.slice(0, cut).split("\n");
    if (cut < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Error("not a proof");
    const extra = lines[0].startsWith("extra ") ? fromBase64(lines.shift().slice(6)) : null;
    const index = BigInt(lines.shift().match(/^index (0|[1-9][0-9]*)$/)[1]);
    return { extra, index, path: lines.map(fromBase64), note: readNote(text.slice(cut + 2)) };
  }

  function readNote(raw) {
    const cut = raw.lastIndexOf("\n\n");
    const text = raw.slice(0, cut + 1);
    const signatures = raw.slice(cut + 2).trimEnd().split("\n").map((line) => {
      const [, name, signature] = line.match(/^— (\S+) (\S+)$/);
      return { name, raw: fromBase64(signature) };
    });
    const [origin, size, root] = text.split("\n");
    return { text, signatures, origin, size: BigInt(size), root: fromBase64(root) };
  }

  async function readKey(vkey) {
    const [, name, id, material] = vkey.match(/^([^+]+)\+([0-9a-f]{8})\+(.+)$/);
    const raw = fromBase64(material);
    const real = (await sha256(name, "\n", raw)).slice(0, 4);
    if (toHex(real) !== id) throw new Error("a key with a wrong id");
    return { name, id: real, kind: raw[0], key: raw.slice(1) };
  }

  async function readPolicy(text) {
    const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null };
    for (const line of text.split("\n")) {
      const words = line.split(/[ \t]+/).filter(Boolean);
      if (!words.length || words[0].startsWith("#")) continue;
      if (words[0] === "log") policy.logs.push(await readKey(words[1]));
      else if (words[0] === "witness") policy.witnesses.set(words[1], await readKey(words[2]));
      else if (words[0] === "group") policy.groups.set(words[1], { least: words[2], members: words.slice(3) });
      else if (words[0] === "quorum") policy.quorum = words[1];
      else throw new Error("not a policy");
    }
    if (policy.quorum === null) throw new Error("a policy without quorum");
    return policy;
  }

  /* RFC 9162, 2.1.3.2 */
  async function rootOf(leaf, index, size, path) {
    let at = index, last = size - 1n, hash = await sha256([0], leaf);
    if (index < 0n || index >= size) throw new Wrong("not-included");
    for (const sibling of path) {
      if (last === 0n) throw new Wrong("not-included");
      if (at & 1n || at === last) {
        hash = await sha256([1], sibling, hash);
        while (!(at & 1n) && at) { at >>= 1n; last >>= 1n; }
      } else hash = await sha256([1], hash, sibling);
      at >>= 1n; last >>= 1n;
    }
    if (last !== 0n) throw new Wrong("not-included");
    return hash;
  }

  /* A signature of a known key that does not hold condemns the whole note, as in shuzhi-verify. */
  async function hasSigned(note, known) {
    let signed = false;
    for (const { name, raw } of note.signatures) {
      if (name !== known.name || !same(raw.slice(0, 4), known.id)) continue;
      let message = utf8.encode(note.text), signature = raw.slice(4);
      if (known.kind === COSIGNATURE) {
        const time = signature.slice(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
        message = utf8.encode(`cosignature/v1\ntime ${time}\n${note.text}`);
        signature = signature.slice(8);
      } else if (known.kind !== NOTE) continue; // a kind that browsers cannot check counts for nothing
      const key = await crypto.subtle.importKey("raw", known.key, { name: "Ed25519" }, false, ["verify"]);
      if (!(await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message))) throw new Wrong("bad-signature");
      signed = true;
    }
    return signed;
  }

  function isMet(policy, name, seen) {
    const group = policy.groups.get(name);
    if (!group) return seen.has(name);
    const least = { any: 1, all: group.members.length }[group.least] || Number(group.least);
    return group.members.filter((member) => isMet(policy, member, seen)).length >= least;
  }

  function canonical(value) {
    if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
    if (value && typeof value === "object")
      return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
    return JSON.stringify(value); // RFC 8785 is defined by what ECMAScript writes
  }

  async function checkOpening(opening, leaf) {
    const seal = new TextDecoder().decode(leaf).match(/\nseal c1:sha256:([0-9a-f]{64})/);
    const row = opening.hashes.sha256;
    const ordered = row.every((hash, at) => at === 0 || row[at - 1] < hash);
    const found = await sha256("gl1/c1\0", [row.length], ...row.map(fromHex));
    if (!seal || !ordered || ![16, 32].includes(row.length) || toHex(found) !== seal[1]) throw new Wrong("wrong-opening");
    for (const field of opening.fields) {
      const name = utf8.encode(field.name), value = utf8.encode(canonical(field.value));
      const hash = await sha256("gl1/field\0", number(name.length, 2), name, fromHex(field.nonce), number(value.length, 4), value);
      if (!row.includes(toHex(hash))) throw new Wrong("wrong-opening");
    }
  }

  /* Log and quorum of a checkpoint; returns [word, detail] for each. */
  async function checkNote(note, policy) {
    const logs = await Promise.all(policy.logs.map((known) => known.name === note.origin && hasSigned(note, known)));
    if (!logs.includes(true)) throw new Wrong("no-log");
    const seen = new Set();
    for (const [name, known] of policy.witnesses) if (await hasSigned(note, known)) seen.add(name);
    if (policy.quorum === "none") return [["log", note.origin], ["unwitnessed", ""]];
    if (!isMet(policy, policy.quorum, seen)) throw new Wrong("no-quorum");
    return [["log", note.origin], ["quorum", [...seen].map(named).join(", ")]];
  }

  /* The public files of a log, and hashes read from its tiles: nothing read is trusted before it leads to a signed root. */
  const HEIGHT = 8n, WIDTH = 1n << HEIGHT;
  class Files {
    constructor(address, size) { Object.assign(this, { address, size, tiles: new Map() }); }

    tile(level, number, kind) {
      const nodes = this.size >> (HEIGHT * level), partial = (number + 1n) * WIDTH > nodes ? nodes % WIDTH : 0n;
      const groups = String(number).padStart(3 * Math.ceil(String(number).length / 3), "0").match(/.../g);
      const path = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join("/");
      const name = `${this.address}tile/${kind || level}/${path}${partial ? `.p/${partial}` : ""}`;
      if (!this.tiles.has(name)) this.tiles.set(name, fetched(name, true));
      return this.tiles.get(name);
    }

    /* The hash of the complete subtree of 2^height entries that is number `at` of its height. */
    async perfect(height, at) {
      const within = height % HEIGHT, first = at << within;
      const raw = await this.tile(height / HEIGHT, first / WIDTH), slot = Number(first % WIDTH);
      let row = Array.from({ length: 2 ** Number(within) }, (_, n) => raw.slice(32 * (slot + n), 32 * (slot + n + 1)));
      while (row.length > 1)
        row = await Promise.all(row.filter((_, n) => n % 2 === 0).map((left, n) => sha256([1], left, row[2 * n + 1])));
      return row[0];
    }

    async ofRange(start, end) {
      const parts = [];
      while (start < end) {
        const height = BigInt((end - start).toString(2).length - 1);
        parts.push(await this.perfect(height, start >> height));
        start += 1n << height;
      }
      let whole = parts.pop();
      while (parts.length) whole = await sha256([1], parts.pop(), whole);
      return whole;
    }

    /* RFC 6962, 2.1.1 */
    async pathOf(index) {
      const ranges = [];
      let start = 0n, end = this.size;
      while (end - start > 1n) {
        const middle = start + (1n << BigInt((end - start - 1n).toString(2).length - 1));
        if (index < middle) { ranges.push([middle, end]); end = middle; } else { ranges.push([start, middle]); start = middle; }
      }
      return Promise.all(ranges.reverse().map(([from, to]) => this.ofRange(from, to)));
    }

    async entry(index) {
      const bundle = await this.tile(0n, index / WIDTH, "entries");
      for (let at = 0, n = 0n; at < bundle.length; n += 1n) {
        const length = bundle[at] * 256 + bundle[at + 1];
        if (n === index % WIDTH) return bundle.slice(at + 2, at + 2 + length);
        at += 2 + length;
      }
      throw new Wrong("other-files");
    }
  }

  /* Whether the files that everybody can copy hold the same entry under the newest witnessed checkpoint. */
  async function checkFiles(address, leaf, index, policy) {
    const note = readNote(await fetched(`${address}checkpoint`));
    await checkNote(note, policy);
    const files = new Files(address, note.size);
    const found = same(await files.entry(index), leaf) && same(await rootOf(leaf, index, note.size, await files.pathOf(index)), note.root);
    if (!found) throw new Wrong("other-files");
    return [["files", `${note.size}`]];
  }

  /* Returns [word, detail] for each thing that holds; throws Wrong with the first that does not. */
  async function check({ proof: proofText, policy: policyText, opening: openingText, log }) {
    const proof = readProof(proofText), policy = await readPolicy(policyText);
    const opening = openingText ? JSON.parse(openingText) : null;
    const leaf = opening ? utf8.encode(opening.leaf) : proof.extra;
    if (!leaf || (proof.extra && !same(proof.extra, leaf))) throw new Wrong("not-included");
    const { note, index } = proof;
    if (!same(await rootOf(leaf, index, note.size, proof.path), note.root)) throw new Wrong("not-included");
    const told = [["included", ""], ...(await checkNote(note, policy))];
    if (log) told.push(...(await checkFiles(log, leaf, index, policy)));
    if (opening) { await checkOpening(opening, leaf); told.push(["opened", ""]); }
    return { told, fields: opening ? opening.fields : [] };
  }

  /* A witness as the page knows it, beside the id that its key carries. */
  function named(id) {
    const label = document.querySelector(`[data-ledger-witnesses] [data-witness="${CSS.escape(id)}"]`);
    return label ? `${label.textContent} ${id}` : id;
  }

  const word = (name) => document.querySelector(`[data-ledger-words] [data-word="${name}"]`).textContent;
  function element(tag, text, parent, kind) {
    const made = document.createElement(tag);
    made.textContent = text;
    if (kind) made.className = kind;
    parent.append(made);
    return made;
  }

  /* gather: gives the files. A refusal or an error is a verdict too. */
  async function show(gather) {
    const place = document.querySelector("[data-verdict]");
    const say = (name, good, reason) => {
      place.replaceChildren();
      place.className = `verdict ${good ? "good" : "bad"}`;
      element("p", word(name), place);
      if (reason) element("li", reason, element("ul", "", place), "no");
    };
    say("checking", true);
    try {
      const { told, fields } = await check(await gather());
      say("good", true);
      const list = element("ul", "", place);
      for (const [name, detail] of told) element("li", detail ? `${word(name)} ${detail}` : word(name), list);
      const values = element("dl", "", place, "sum");
      for (const field of fields) {
        const row = element("div", "", values);
        const label = document.querySelector(`[data-ledger-fields] [data-field="${CSS.escape(field.name)}"]`);
        const name = element("dt", label ? `${label.textContent} ` : "", row);
        element("code", field.name, name);
        element("dd", typeof field.value === "string" ? field.value : JSON.stringify(field.value), row);
      }
    } catch (error) {
      if (error instanceof Wrong) say("bad", false, word(error.message));
      else if (error instanceof Refused) say("bad", false, error.message);
      else say(!window.crypto.subtle || error.name === "NotSupportedError" ? "unable" : "unreadable", false);
    }
  }

  async function fetched(url, raw) {
    const answer = await fetch(url, { headers: { Accept: "application/json, */*;q=0.1" } });
    if (!answer.ok) {
      const problem = await answer.json().catch(() => ({}));
      throw new Refused(problem.detail || problem.title || word("missing"));
    }
    return raw ? new Uint8Array(await answer.arrayBuffer()) : answer.text();
  }

  for (const button of document.querySelectorAll("[data-verify]")) {
    button.hidden = false;
    button.addEventListener("click", () => show(async () => {
      const { proof, policy, opening, log } = button.dataset;
      const texts = await Promise.all([proof, policy, opening].map((url) => (url ? fetched(url) : "")));
      return { proof: texts[0], policy: texts[1], opening: texts[2], log };
    }));
  }
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
  const form = document.querySelector("[data-check]");
  if (form) form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(async () => {
      const given = ["proof", "policy", "opening"].map((name) => form.elements[name].files[0]);
      const [proof, policy, opening] = await Promise.all(given.map((file) => (file ? file.text() : "")));
      return { proof, policy, opening };
    });
  });
})();
