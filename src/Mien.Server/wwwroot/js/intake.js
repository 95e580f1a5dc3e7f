// How photos get into the page: chosen, dropped anywhere (folders too), or pasted.

import { byId, toggle } from './dom.js';

const looksLikeImage = (file) =>
  file.type.startsWith('image/') || /\.(jpe?g|jpe|jfif|png|webp|bmp|gif|heic|heif|avif|tiff?)$/i.test(file.name);

const entriesOf = (directory) =>
  new Promise((resolve, reject) => {
    const reader = directory.createReader();
    const found = [];
    const read = () =>
      reader.readEntries((some) => {
        // A reader gives a hundred at a time.
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

  // Whole folders hold other things too; a file that was dropped by itself is tried whatever it is.
  return files.filter(looksLikeImage);
}

async function dropped(transfer) {
  // The list is emptied as soon as the event is over, so entries are taken first.
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

/** Calls onfiles with the files that the user gives. Returns the function that opens the file chooser. */
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
    input.value = ''; // the same file may be chosen again
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
