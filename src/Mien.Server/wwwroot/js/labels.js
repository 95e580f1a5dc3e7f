// The labels of the server's model in its order, and texts for results.

// The labels with their own colours and symbols.
const expressions = new Set(['anger', 'disgust', 'fear', 'happiness', 'sadness', 'surprise', 'neutral']);

const known = new Map(); // label → one of the expressions, or null

/** Sets the labels from /v1/info: [{ name, expression }]. */
export function learn(labels) {
  for (const { name, expression } of labels) {
    known.set(name, expression);
  }
}

/** All labels. Those of a face are added if the server has not listed them. */
export function labels(face = null) {
  for (const label of Object.keys(face?.scores ?? {})) {
    if (!known.has(label)) {
      known.set(label, expressions.has(label) ? label : null);
    }
  }

  return [...known.keys()];
}

/** The name for a label in CSS classes and symbols. */
export const sign = (label) => {
  const expression = known.get(label) ?? label;
  return expressions.has(expression) ? expression : 'other';
};

/** 'anger' → 'Anger'. */
export const title = (label) => label.charAt(0).toUpperCase() + label.slice(1);

/** 0.747 → '75 %', or with digits = 1 '74.7 %'. */
export const percent = (fraction, digits = 0) => `${(fraction * 100).toFixed(digits)}\u00a0%`;

/** The labels of a face with their probabilities, largest first: [label, score]. */
export const ranked = (face) =>
  labels(face)
    .map((l) => [l, face.scores[l] ?? 0])
    .sort((a, b) => b[1] - a[1]);

/** The text on a box, as in annotated photos: 'sadness? 48 %'. */
export const shortLabel = (face) => `${face.label}${face.uncertain ? '?' : ''} ${percent(face.confidence)}`;

// The reasons that the percentage does not show.
const reasons = {
  noContrast: 'no contrast',
  tooSmall: 'too small',
  notAFace: 'not a face',
  profile: 'profile',
  unlikeTrainingFaces: 'unlike the training faces',
};

/** 'uncertain', with each reason that the percentage does not show: 'uncertain: no contrast'. */
export function doubt(face) {
  const known = (face.uncertainReason ?? []).map((r) => reasons[r]).filter(Boolean);
  return known.length > 0 ? `uncertain: ${known.join(', ')}` : 'uncertain';
}

/** A face as a text for screen readers: 'sadness, 48 percent, uncertain'. */
export const spoken = (face) =>
  `${face.label}, ${(face.confidence * 100).toFixed(0)} percent${face.uncertain ? `, ${doubt(face)}` : ''}`;

/** Explains the confidence of a face. isLive: it was smoothed over frames. */
export function meaning(face, isLive = false) {
  const [[, first], [second, secondShare]] = ranked(face);
  if (face.uncertainReason?.includes('noContrast')) {
    return 'Do not rely on this label: the cut-out face has no contrast, so there is no face to see in it.';
  }

  if (face.uncertainReason?.includes('tooSmall')) {
    return 'Do not rely on this label: the face has less than 16 pixels.';
  }

  if (face.uncertainReason?.includes('notAFace')) {
    return 'Do not rely on this label: no upright face was found in the given box.';
  }

  if (face.uncertainReason?.includes('profile')) {
    return 'Do not rely on this label: the head is turned to the side by more than 60 degrees.';
  }

  if (face.uncertainReason?.includes('unlikeTrainingFaces')) {
    return 'Do not rely on this label: the face is unlike all faces that the model was adapted to.';
  }

  if (face.uncertain) {
    return (
      `Do not rely on this label: the highest score is only ${percent(first)}, and ${second} has ` +
      `${percent(secondShare)}.`
    );
  }

  return isLive
    ? 'Smoothed over the last frames. The percentage is the confidence, not the intensity of the expression.'
    : 'The estimated probability that this label is correct. On images like the training data it is off by a few ' +
        'points; on other photos the label is correct less often.';
}

/** Counts the faces per label, and the uncertain ones among them. */
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

/** Summarizes faces as a text: '2 happiness, 1 sadness (uncertain)'. */
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
