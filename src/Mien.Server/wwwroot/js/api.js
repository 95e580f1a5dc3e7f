// The page's requests to its own server. URLs are relative, so that the page works behind a path prefix too.

/** An error for users: what happened, and what to do. */
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

// The server has limits on bytes and on pixels. If the file is within the limit on bytes, it exceeds that on pixels.
function tooLarge(file) {
  if (!limits.imageBytes) {
    return 'This photo exceeds the size limit of this server.';
  }

  return file.size > limits.imageBytes
    ? `This file has ${megabytes(file.size)}; the limit of this server is ${megabytes(limits.imageBytes)}.`
    : 'This image has too many pixels; the limit of this server is ' +
        `${Number((limits.pixels / 1e6).toFixed(1))} megapixels.`;
}

/** Replaces the error of a photo, whose message is for developers, by one for users. */
export function photoError(error, file) {
  const isHeic = /\.hei[cf]$/i.test(file.name) || /^image\/hei[cf]/.test(file.type);
  const words = {
    notAnImage: [
      'Unsupported or unreadable image.',
      isHeic ? 'Export iPhone photos (HEIC) as JPEG first.' : 'Use JPEG, PNG, WebP, BMP or GIF.',
    ],
    tooLarge: [tooLarge(file), 'Save the photo at a lower resolution or as JPEG.'],
    emptyFile: ['This file is empty.', 'Download or export the file again.'],
    truncatedImage: ['This file is incomplete.', 'Download or export the file again.'],
    corruptImage: ['This file is damaged.', 'Download or export the file again.'],
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

// Kept in memory only, so that it is gone when the page is closed.
let key = '';
let askForKey = async () => null;

/**
 * Sets the function that asks the user for the key. It gets whether the last key was rejected, and resolves with a key
 * or null.
 */
export function setKeyPrompt(prompt) {
  askForKey = prompt;
}

/** The key in use; empty if there is none. */
export const currentKey = () => key;

const pause = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

let asking = null;

// Shows a single dialog even if several requests were rejected at the same time.
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
  401: 'Ask the operator of the server for an API key.',
  413: 'Choose a smaller file, or save the photo at a lower resolution.',
  415: 'Save it as JPEG, PNG, WebP, BMP or GIF.',
  429: 'Wait a moment, then try again.',
  503: 'The server is busy. Wait a moment, then try again.',
};

async function problem(response) {
  let body = {};
  try {
    body = await response.json();
  } catch {
    // The response is not JSON: it comes from a proxy, not from the server.
  }

  return new ApiError(body.detail ?? body.title ?? `The server answered with status ${response.status}.`, {
    title: body.detail ? body.title : undefined,
    code: body.code ?? '',
    status: response.status,
    advice:
      advice[response.status] ??
      (response.status >= 500 ? 'Try again. If it fails again, check the server’s log.' : ''),
  });
}

/** The error of an image whose result has the status 'error'. */
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

      throw new ApiError('The server does not respond.', {
        title: 'No connection',
        code: 'offline',
        advice: 'Check whether “mien serve” is still running, then try again.',
      });
    }

    if (response.ok) {
      return response;
    }

    if (response.status === 401 && (await renewKey(used))) {
      attempt = 0;
      continue;
    }

    // A busy server says when to retry; after a short wait the page retries by itself.
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
 * Recognizes the faces in a photo (a File or Blob). Resolves with the result and the milliseconds from sending the
 * photo to receiving the result, without the time for entering a key.
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
 * Information about the server: { info, models }. Each is null if it is not available; models also while a key is
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

/** The URL for the frames of the camera. */
export function streamAddress() {
  const address = new URL('v1/stream?crops=true', document.baseURI);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  return address;
}

/** Finds out why a stream could not be opened, since browsers do not tell pages the reason. */
export async function streamProblem() {
  try {
    await request('v1/models');
  } catch (e) {
    return e;
  }

  return new ApiError('The server did not open a stream.', {
    title: 'No live video',
    advice: 'The limit of open streams may be reached. Close other pages that use the camera, then try again.',
  });
}
