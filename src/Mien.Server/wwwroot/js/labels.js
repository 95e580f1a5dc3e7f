// The labels of the server's model in its order, and how results are put into words.

// Those with a colour and a sign of their own.
const expressions = new Set(['anger', 'disgust', 'fear', 'happiness', 'sadness', 'surprise', 'neutral']);

const known = new Map(); // label → one of the expressions, or null

/** Takes the labels of /v1/info: [{ name, expression }]. */
export function learn(labels) {
  for (const { name, expression } of labels) {
    known.set(name, expression);
  }
}

/** The labels; a face adds its own where the server has not told them. */
export function labels(face = null) {
  for (const label of Object.keys(face?.scores ?? {})) {
    if (!known.has(label)) {
      known.set(label, expressions.has(label) ? label : null);
    }
  }

  return [...known.keys()];
}

/** What a label is drawn as, in the names of classes and symbols. */
export const sign = (label) => {
  const expression = known.get(label) ?? label;
  return expressions.has(expression) ? expression : 'other';
};

/** 'anger' → 'Anger'. */
export const title = (label) => label.charAt(0).toUpperCase() + label.slice(1);

/** 0.747 → '75 %', or with digits = 1 '74.7 %'. */
export const percent = (fraction, digits = 0) => `${(fraction * 100).toFixed(digits)}\u00a0%`;

/** The labels of a face from the most probable one on: [label, score]. */
export const ranked = (face) =>
  labels(face)
    .map((l) => [l, face.scores[l] ?? 0])
    .sort((a, b) => b[1] - a[1]);

/** The label on a box, as annotated photos carry it: 'sadness? 48 %'. */
export const shortLabel = (face) => `${face.label}${face.uncertain ? '?' : ''} ${percent(face.confidence)}`;

/** A face in words for who does not see it: 'sadness, 48 percent, uncertain'. */
export const spoken = (face) =>
  `${face.label}, ${(face.confidence * 100).toFixed(0)} percent${face.uncertain ? ', uncertain' : ''}`;

/** What the number of a face means. isLive: it was smoothed over frames. */
export function meaning(face, isLive = false) {
  const [[, first], [second, secondShare]] = ranked(face);
  if (face.uncertain) {
    return (
      `Do not rely on this label: the highest score is only ${percent(first)}, and ${second} has ` +
      `${percent(secondShare)}.`
    );
  }

  return isLive
    ? 'What the last frames say, smoothed. The number says how sure the network is, not how strong the expression is.'
    : 'How often the network expects to be right when it is this sure. On its test pictures that was off by some ' +
        'points; in photos from elsewhere it is right less often.';
}

/** How often each label occurs among faces, and how many of those are uncertain. */
export function tally(faces) {
  faces.forEach(labels);
  const counts = new Map(labels().map((l) => [l, { all: 0, uncertain: 0 }]));
  for (const face of faces) {
    const entry = counts.get(face.label);
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
  for (const [label, { all, uncertain }] of tally(faces)) {
    if (all > 0) {
      const doubt = uncertain === 0 ? '' : uncertain === all ? ' (uncertain)' : ` (${uncertain} uncertain)`;
      parts.push(`${all} ${label}${doubt}`);
    }
  }

  return parts.join(', ');
}
