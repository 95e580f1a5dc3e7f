// The dialog for the API key.

import { byId } from './dom.js';

/** Opens the dialog; resolves with the key, or with null if the user cancels. */
export function promptForKey(wasRefused) {
  const dialog = byId('key-dialog');
  const input = byId('key');
  byId('key-error').textContent = wasRefused ? 'The server rejected this key. Check it for typos.' : '';
  input.value = '';
  return new Promise((resolve) => {
    let given = null;
    const submit = (e) => {
      e.preventDefault();
      given = input.value.trim();
      dialog.close();
    };
    const cancel = () => dialog.close();
    byId('key-form').addEventListener('submit', submit);
    byId('key-cancel').addEventListener('click', cancel, { once: true });
    dialog.addEventListener(
      'close',
      () => {
        byId('key-form').removeEventListener('submit', submit);
        byId('key-cancel').removeEventListener('click', cancel);
        input.value = '';
        resolve(given);
      },
      { once: true },
    );
    dialog.showModal();
    input.focus();
  });
}
