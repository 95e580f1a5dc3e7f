// The calls of the page to its own server. Addresses are relative, so that the page works behind a path prefix too.

/** An error in words: what happened, and what to do. */
export class ApiError extends Error {
  constructor(message, { title = 'That did not work', code = '', status = 0, advice = '', isOfFile = false } = {}) {
    super(message);
    this.title = title;
    this.code = code;
    this.status = status;
    this.advice = advice;
    this.isOfFile = isOfFile;
  }
}

const megabytes = (bytes) => `${(bytes / 1_048_576).toFixed(1)}\u00a0MB`;

let limits = {};

// The limit is one of bytes or one of pixels; with few bytes it was the pixels.
function tooLarge(file) {
  if (!limits.imageBytes) {
    return 'This photo is larger than this server takes.';
  }

  return file.size > limits.imageBytes
    ? `This file has ${megabytes(file.size)}; this server takes at most ${megabytes(limits.imageBytes)}.`
    : 'This picture has more pixels than this server takes ' +
        `(at most ${Number((limits.pixels / 1e6).toFixed(1))} million).`;
}

/** What a person who gave a photo can use of an error, in place of the words that are meant for programs. */
export function photoError(error, file) {
  const isHeic = /\.hei[cf]$/i.test(file.name) || /^image\/hei[cf]/.test(file.type);
  const words = {
    notAnImage: [
      'This file is no picture that can be read here.',
      isHeic ? 'Photos of an iPhone (HEIC) must be exported as JPEG first.' : 'Give a JPEG, PNG, WebP, BMP or GIF.',
    ],
    tooLarge: [tooLarge(file), 'Save the photo with less resolution, or as JPEG.'],
    emptyFile: ['This file is empty.', 'Get it again from where it came from.'],
    truncatedImage: ['The end of this file is missing.', 'Get it again from where it came from.'],
    corruptImage: ['This file is damaged.', 'Get it again from where it came from.'],
  }[error.code];
  return words
    ? new ApiError(words[0], {
        title: 'This photo could not be read',
        code: error.code,
        status: error.status,
        advice: words[1],
        isOfFile: true,
      })
    : error;
}

// In memory only: gone when the page is closed.
let key = '';
let askForKey = async () => null;

/** Who asks the user for the key: gets whether a former key was refused, resolves with the key or null. */
export function setKeyPrompt(prompt) {
  askForKey = prompt;
}

/** The key in use; empty without one. */
export const currentKey = () => key;

const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

let asking = null;

// One dialog, however many requests were refused at the same time.
async function renewKey(refused) {
  if (key !== refused) {
    return true;
  }

  asking ??= askForKey(refused !== '').finally(() => {
    asking = null;
  });
  const given = await asking;
  if (given) {
    key = given;
  }

  return Boolean(given);
}

const advice = {
  401: 'Ask whoever runs the server for a key.',
  413: 'Choose a smaller file, or save the photo with less resolution.',
  415: 'Save it as JPEG, PNG, WebP, BMP or GIF.',
  429: 'Wait a little, then try again.',
  503: 'The server is busy: wait a little, then try again.',
};

async function problem(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // Something between the page and the server answered.
  }

  return new ApiError(body.detail ?? body.title ?? `The server answered with status ${response.status}.`, {
    title: body.detail ? body.title : undefined,
    code: body.code ?? '',
    status: response.status,
    advice:
      advice[response.status] ?? (response.status >= 500 ? 'Try again; if it stays, look at the server’s log.' : ''),
  });
}

/** The words for an image of a result whose status is 'error'. */
export const resultError = (error) =>
  new ApiError(error.message, { title: 'This photo could not be read', code: error.code });

async function request(path, options = {}) {
  for (let attempt = 0; ; attempt++) {
    const used = key;
    options.onattempt?.();
    let response;
    try {
      response = await fetch(path, {
        ...options,
        headers: { ...options.headers, ...(used ? { 'X-Api-Key': used } : {}) },
      });
    } catch (e) {
      if (e.name === 'AbortError') {
        throw e;
      }

      throw new ApiError('The server does not answer.', {
        title: 'No connection',
        code: 'offline',
        advice: 'See whether “mien serve” still runs, then try again.',
      });
    }

    if (response.ok) {
      return response;
    }

    if (response.status === 401 && (await renewKey(used))) {
      attempt = 0;
      continue;
    }

    // A busy server says when to come back; a short wait is not worth an error.
    const wait = Number(response.headers.get('Retry-After') ?? Number.NaN);
    if ((response.status === 503 || response.status === 429) && attempt < 4 && wait <= 10) {
      await pause(Math.max(wait, 0.2) * 1000);
      options.signal?.throwIfAborted();
      continue;
    }

    throw await problem(response);
  }
}

/**
 * Finds the faces of a photo (a File or Blob): the result, and the milliseconds from sending it to having the answer,
 * without the time in which a key was asked for.
 */
export async function recognize(photo, query = {}, signal = undefined) {
  let began = 0;
  const search = new URLSearchParams(query).toString();
  const response = await request(`v1/faces${search ? `?${search}` : ''}`, {
    method: 'POST',
    body: photo,
    headers: { 'Content-Type': photo.type.startsWith('image/') ? photo.type : 'application/octet-stream' },
    signal,
    onattempt: () => {
      began = performance.now();
    },
  });
  const result = await response.json();
  if (result.status === 'error') {
    throw resultError(result.error);
  }

  return { result, milliseconds: performance.now() - began };
}

/**
 * What the server says of itself: { info, models }. Each is null where it says nothing, models too as long as a key is
 * missing.
 */
export async function about() {
  const read = async (path) => {
    try {
      const response = await fetch(path, { headers: key ? { 'X-Api-Key': key } : {} });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  };
  const info = await read('v1/info');
  limits = info?.limits ?? limits;
  return { info, models: info?.needsKey && !key ? null : await read('v1/models') };
}

/** Where the camera's frames go. */
export function streamAddress() {
  const address = new URL('v1/stream?crops=true', document.baseURI);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address;
}

/** Says in words why a stream could not be opened: a browser tells pages nothing about it. */
export async function streamProblem() {
  try {
    await request('v1/models');
  } catch (e) {
    return e;
  }

  return new ApiError('The server did not open a stream.', {
    title: 'No live picture',
    advice: 'Its limit of streams may be reached: close other pages that use the camera, then try again.',
  });
}
