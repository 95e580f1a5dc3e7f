// The button for the light and dark theme. Until it is used, the page follows the system.

const systemDark = matchMedia('(prefers-color-scheme: dark)');

const isDark = () => (document.documentElement.dataset.theme ?? (systemDark.matches ? 'dark' : 'light')) === 'dark';

/** Lets a button switch between light and dark. */
export function attachTheme(button) {
  const name = () => button.setAttribute('aria-label', isDark() ? 'Use the light theme' : 'Use the dark theme');
  button.addEventListener('click', () => {
    const theme = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem('mien-theme', theme);
    } catch {
      // Storage is blocked, so the choice lasts until the page is closed.
    }

    name();
  });
  systemDark.addEventListener('change', name);
  name();
}
