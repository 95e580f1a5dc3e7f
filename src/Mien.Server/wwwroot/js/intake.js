// Input of photos and videos: by the file chooser, by dropping files or folders anywhere, or by pasting.

import { byId, toggle } from './dom.js';
import { looksLikeVideo } from './video/video-source.js';

const looksLikeImage = (file) =>
  file.type.startsWith('image/') ||
  /\.(jpe?g|jpe|jfif|png|webp|bmp|gif|heic|heif|avif|tiff?|jp2|j2k|jxl|psd|tga|eps)$/i.test(file.name);

const entriesOf = (directory) =>
  new Promise((resolve, reject) => {
    const reader = directory.createReader();
    const found = [];
    const read = () =>
      reader.readEntries((some) => {
        // A reader returns the entries in parts of at most 100; an empty part is the end.
        if (some.length === 0) {
          resolve(found);
        } else {
          found.push(...some);
          read();
        }
      }, reject);
    read();
  });

async function filesOf(entry) {
  if (entry.isFile) {
    return [
      await new Promise((resolve, reject) => {
        entry.file(resolve, reject);
      }),
    ];
  }

  const files = [];
  for (const inner of await entriesOf(entry)) {
    files.push(...(await filesOf(inner)));
  }

  // Folders can contain other files too. A file that was dropped by itself is always tried.
  return files.filter((f) => looksLikeImage(f) || looksLikeVideo(f));
}

async function dropped(transfer) {
  // The browser clears the list when the event ends, so the entries are read before the first await.
  const entries = [...transfer.items].map((i) => i.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) {
    return [...transfer.files];
  }

  const files = [];
  for (const entry of entries) {
    files.push(...(await filesOf(entry)));
  }

  return files;
}

/** Calls onfiles with the user's files. Returns a function that opens the file chooser. */
export function attachIntake(onfiles) {
  const input = byId('files');
  const cover = byId('drop-cover');
  const give = (files) => {
    if (files.length > 0) {
      onfiles(files);
    }
  };
  input.addEventListener('change', () => {
    const files = [...input.files];
    input.value = ''; // so that choosing the same file again is a change
    give(files);
  });

  const hasFiles = (e) => [...(e.dataTransfer?.types ?? [])].includes('Files');
  addEventListener('dragover', (e) => {
    if (hasFiles(e)) {
      e.preventDefault();
      e.dataTransfer.dropEffect = 'copy';
      toggle(cover, true);
    }
  });
  addEventListener('dragleave', (e) => {
    if (!e.relatedTarget) {
      toggle(cover, false);
    }
  });
  addEventListener('drop', async (e) => {
    toggle(cover, false);
    if (hasFiles(e)) {
      e.preventDefault();
      give(await dropped(e.dataTransfer));
    }
  });
  addEventListener('paste', (e) => {
    if (!e.target.closest?.('input, textarea') && e.clipboardData.files.length > 0) {
      e.preventDefault();
      give([...e.clipboardData.files]);
    }
  });
  return () => input.click();
}
