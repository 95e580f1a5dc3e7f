// Opens a video file in a video element, and finds out why one cannot be opened.

import { ApiError } from '../api.js';

const videoName =
  /\.(mp4|m4v|mov|mkv|webm|avi|mpe?g|m2v|m2ts|mts|wmv|asf|flv|3gp|3g2|ogv|mxf|vob|mp3|m4a|wav|flac|ogg|opus|aac|wma)$/i;
const maxIndex = 16 << 20; // bytes
const headSize = 64 << 10;

/** Whether a file is for the video view. Sound is too, so that the view can say what is missing. */
export const looksLikeVideo = (file) =>
  /^(video|audio)\//.test(file.type) || (!file.type.startsWith('image/') && videoName.test(file.name));

// Of a codec that browsers know, there are profiles that they do not, such as those with 10 bits.
const unusual = 'this kind of ';

const codecs = {
  avc1: `${unusual}H.264`,
  avc3: `${unusual}H.264`,
  hvc1: 'H.265 (HEVC)',
  hev1: 'H.265 (HEVC)',
  dvh1: 'Dolby Vision',
  dvhe: 'Dolby Vision',
  vvc1: 'H.266 (VVC)',
  av01: `${unusual}AV1`,
  vp08: `${unusual}VP8`,
  vp09: `${unusual}VP9`,
  mp4v: 'MPEG-4 Part 2 or MPEG-2',
  s263: 'H.263',
  jpeg: 'Motion JPEG',
  mjpa: 'Motion JPEG',
  apch: 'ProRes',
  apcn: 'ProRes',
  apcs: 'ProRes',
  apco: 'ProRes',
  ap4h: 'ProRes',
  ap4x: 'ProRes',
  V_MPEG2: 'MPEG-2',
  V_MPEG1: 'MPEG-1',
  'V_MPEG4/ISO/AVC': `${unusual}H.264`,
  'V_MPEG4/ISO/ASP': 'MPEG-4 Part 2',
  'V_MPEGH/ISO/HEVC': 'H.265 (HEVC)',
  V_AV1: `${unusual}AV1`,
  V_VP8: `${unusual}VP8`,
  V_VP9: `${unusual}VP9`,
  V_THEORA: 'Theora',
  V_FFV1: 'FFV1',
  V_PRORES: 'ProRes',
  V_MJPEG: 'Motion JPEG',
};

const latin = async (blob) => new TextDecoder('latin1').decode(await blob.arrayBuffer());

/** The index of an MP4 or QuickTime file, as text; empty if there is none. */
async function mp4Index(file) {
  for (let at = 0; at + 8 <= file.size; ) {
    const header = new DataView(await file.slice(at, at + 16).arrayBuffer());
    const type = String.fromCharCode(...[4, 5, 6, 7].map((i) => header.getUint8(i)));
    const short = header.getUint32(0);
    const size = short === 1 && header.byteLength === 16 ? Number(header.getBigUint64(8)) : short || file.size - at;
    if (type === 'moov') {
      return latin(file.slice(at, at + Math.min(size, maxIndex)));
    }

    if (size < 8) {
      return '';
    }

    at += size;
  }

  return '';
}

/** What is in a file: { container, codec, hasSound, hasPicture, isIncomplete }; unknown members are undefined. */
async function inspect(file) {
  const head = await latin(file.slice(0, headSize));
  if (/^(ftyp|moov|mdat|wide|free|skip)$/.test(head.slice(4, 8))) {
    const index = await mp4Index(file);
    // The handler of each track follows the name of its box, the name of its codec that of the sample description.
    const handlers = [...index.matchAll(/hdlr[^]{8}(vide|soun)/g)].map((m) => m[1]);
    const formats = [...index.matchAll(/stsd[^]{12}([^]{4})/g)].map((m) => m[1]);
    return {
      container: 'MP4',
      isIncomplete: index === '',
      hasPicture: handlers.includes('vide'),
      hasSound: handlers.includes('soun'),
      codec: codecs[formats.find((f) => codecs[f])],
    };
  }

  if (head.startsWith('\x1aE\xdf\xa3')) {
    const name = head.match(/V_[A-Z0-9/]+/)?.[0] ?? '';
    const known = Object.keys(codecs).filter((c) => name.startsWith(c));
    return {
      container: head.slice(0, 64).includes('webm') ? 'WebM' : 'Matroska',
      codec: name === '' ? undefined : (codecs[known.sort((a, b) => b.length - a.length)[0]] ?? name),
      hasPicture: name !== '',
      hasSound: /A_[A-Z0-9/]+/.test(head),
    };
  }

  if (head.startsWith('OggS')) {
    return { container: 'Ogg', hasPicture: head.includes('theora'), hasSound: /vorbis|Opus|FLAC/.test(head) };
  }

  const others = [
    [/^RIFF[^]{4}AVI /, 'AVI'],
    [/^\0\0\x01[\xba\xb3]/, 'MPEG'],
    [/^G[^]{187}G/, 'MPEG transport stream'],
    [/^[^]{4}G[^]{191}G/, 'MPEG transport stream'],
    [/^0&\xb2u\x8ef\xcf\x11/, 'Windows Media'],
    [/^FLV/, 'Flash video'],
    [/^\x06\x0e\x2b\x34/, 'MXF'],
  ];
  const container = others.find(([pattern]) => pattern.test(head))?.[1];
  const isSound = /^(ID3|fLaC|RIFF[^]{4}WAVE|\xff[\xe2-\xff])/.test(head);
  return { container, hasPicture: container ? true : undefined, hasSound: isSound || undefined };
}

const convert =
  'Convert it, for example with “ffmpeg -i VIDEO -c:v libx264 -pix_fmt yuv420p out.mp4”, or use “mien video”, which ' +
  'reads it as it is.';

/** The error for a file that the browser does not show. */
async function problemOf(file) {
  const error = (message, advice) => new ApiError(message, { title: 'This video cannot be shown', advice });
  if (file.size === 0) {
    return error('This file is empty.', 'Download or export the file again.');
  }

  let found;
  try {
    found = await inspect(file);
  } catch {
    return error('This file cannot be read.', 'Check that it is still there, then choose it again.');
  }

  const { container, codec, hasPicture, hasSound, isIncomplete } = found;
  if (isIncomplete) {
    return error(
      'This file is incomplete: the index of the MP4 file is missing.',
      'Download or export the file again.',
    );
  }

  if (hasSound && !hasPicture) {
    return error('This file has sound but no picture.', 'Choose a video with a picture.');
  }

  if (codec?.startsWith(unusual)) {
    return error(`This browser cannot decode ${codec}, or the file is damaged.`, convert);
  }

  if (codec) {
    return error(`This browser cannot decode ${codec} in ${container}.`, convert);
  }

  return container
    ? error(`This browser cannot show this ${container} file: it lacks the codec, or the file is damaged.`, convert)
    : error('This file is damaged, or it is not a video.', '“mien video” reads more formats and says what is wrong.');
}

const ended = (video, names) =>
  new Promise((resolve) => {
    const listening = new AbortController();
    for (const name of names) {
      video.addEventListener(
        name,
        () => {
          listening.abort();
          resolve(name);
        },
        { signal: listening.signal },
      );
    }
  });

/**
 * Opens a file at an address in a video element. Resolves when the first frame is there; the video then has a width, a
 * height and a duration. Rejects with an error for users.
 */
export async function openVideo(video, file, address) {
  const loaded = ended(video, ['loadeddata', 'error']);
  video.src = address;
  video.load();
  if ((await loaded) === 'error' || video.videoWidth === 0) {
    throw await problemOf(file);
  }

  // A recording by a browser does not state its duration, which is found at its end.
  if (video.duration === Number.POSITIVE_INFINITY) {
    const known = ended(video, ['seeked', 'error']);
    video.currentTime = Number.MAX_SAFE_INTEGER;
    await known;
    const back = ended(video, ['seeked', 'error']);
    video.currentTime = 0;
    await back;
    if (!Number.isFinite(video.duration)) {
      throw new ApiError('This video does not state its duration.', {
        title: 'This video cannot be shown',
        advice: 'Rewrite it, for example with “ffmpeg -i VIDEO -c copy out.mkv”, or use “mien video”.',
      });
    }
  }
}
