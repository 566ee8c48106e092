/**
 * Texts made comparable, and searched: what `fold` and `fold_words` of mapdata/fields/folding.py do, for a page that
 * has no server to ask. One table of texts (tests/data/fold_cases.json) proves that both say the same.
 */

/** What Python takes for a blank; `\s` means a little else here. */
const BLANK = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const BLANKS = new RegExp(`[${BLANK}]+`);
const DROPPED = new RegExp(`[${BLANK}・･,、。.()（）「」『』\\-‐‑‒–—―−－ーｰ~～〜!?！？'"“”/／:：;；]+`, "g");
/** かな lie this far below their カナ. */
const TO_HIRAGANA = 0x60;
/** Letters of names that have two forms. */
const VARIANTS = Object.fromEntries([..."髙﨑嵜濵濱邉邊齋齊斎澤廣嶋桒德"].map((letter, i) => [letter, [..."高崎崎浜浜辺辺斉斉斉沢広島桑徳"][i]]));
const VARIANT = new RegExp(`[${Object.keys(VARIANTS).join("")}]`, "g");
/** Small kana are lost in old systems and in a hurry. */
const LARGE = Object.fromEntries([..."ぁぃぅぇぉっゃゅょゎ"].map((small, i) => [small, [..."あいうえおつやゆよわ"][i]]));
/** Ways of writing one word that a person would not tell apart, as they look after folding. */
const SAME_WORDS = [
  [/子ども|子供|小供/g, "こども"],
  [/障がい|障碍/g, "障害"],
  [/引き?(?:籠|篭|こ)も?り|ひき[籠篭]も?り/g, "ひきこもり"],
  [/車(?:椅子|いす)/g, "くるまいす"],
  [/仕事/g, "しごと"],
  [/曜日/g, "曜"],
  [/(?:て|で)(?:も)?(?:いい|よい|良い)/g, "てよい"],
  [/[ゖゕ]/g, "け"],
];

/** A text without what people write differently: width, case, かな/カナ, signs and blanks. */
export function fold(text) {
  const plain = text.normalize("NFKC").toLowerCase()
    .replace(VARIANT, (letter) => VARIANTS[letter])
    .replace(/[ァ-ヶヽヾ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - TO_HIRAGANA))
    .replace(DROPPED, "")
    .replace(/[ぁぃぅぇぉっゃゅょゎ]/g, (kana) => LARGE[kana]);
  return SAME_WORDS.reduce((folded, [written, word]) => folded.replace(written, word), plain);
}

/** @returns {string[]} a query's words, each folded: blanks of any width separate them */
export function foldWords(text) {
  return text.normalize("NFKC").split(BLANKS).map(fold).filter(Boolean);
}

/**
 * The rows in whose text every word of a query stands.
 * @param {string[]} texts  folded, one a row
 * @returns {number[]}
 */
export function textMatches(texts, q) {
  const wanted = foldWords(q);
  return texts.map((_, row) => row).filter((row) => wanted.every((word) => texts[row].includes(word)));
}
