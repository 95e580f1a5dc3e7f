// The seven expressions in the order of the library, and how results are put into words.

/** Names as the API writes them. */
export const names = ['anger', 'disgust', 'fear', 'happiness', 'sadness', 'surprise', 'neutral'];

/** 'anger' → 'Anger'. */
export const title = (name) => name.charAt(0).toUpperCase() + name.slice(1);

/** 0.747 → '75 %', or with digits = 1 '74.7 %'. */
export const percent = (fraction, digits = 0) => `${(fraction * 100).toFixed(digits)}\u00a0%`;

/** The expressions of a face from the most probable one on: [name, probability]. */
export const ranked = (face) => names.map((n) => [n, face.probabilities[n] ?? 0]).sort((a, b) => b[1] - a[1]);

/** The label on a box, as annotated photos carry it: 'sadness? 48 %'. */
export const shortLabel = (face) => `${face.expression}${face.uncertain ? '?' : ''} ${percent(face.confidence)}`;

/** A face in words for who does not see it: 'sadness, 48 percent, uncertain'. */
export const spoken = (face) => `${face.expression}, ${(face.confidence * 100).toFixed(0)} percent${face.uncertain ? ', uncertain' : ''}`;

/** What the number of a face means. isLive: it was smoothed over frames. */
export function meaning(face, isLive = false) {
  const [[, first], [second, secondShare]] = ranked(face);
  if (face.uncertain) {
    return `Do not rely on this label: the highest of the seven is only ${percent(first)}, and ${second} has ${percent(secondShare)}.`;
  }

  return isLive
    ? 'What the last frames say, smoothed. The number says how sure the network is, not how strong the expression is.'
    : 'How often the network expects to be right when it is this sure. On its test pictures that was off by some points; in photos from elsewhere it is right less often.';
}

/** How often each expression occurs among faces, and how many of those are uncertain. */
export function tally(faces) {
  const counts = new Map(names.map((n) => [n, { all: 0, uncertain: 0 }]));
  for (const face of faces) {
    const entry = counts.get(face.expression);
    if (entry) {
      entry.all++;
      entry.uncertain += face.uncertain ? 1 : 0;
    }
  }

  return counts;
}

/** Faces in words: '2 happiness, 1 sadness (uncertain)'. */
export function summary(faces) {
  const parts = [];
  for (const [name, { all, uncertain }] of tally(faces)) {
    if (all > 0) {
      parts.push(`${all} ${name}${uncertain === 0 ? '' : uncertain === all ? ' (uncertain)' : ` (${uncertain} uncertain)`}`);
    }
  }

  return parts.join(', ');
}
