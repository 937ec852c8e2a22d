import { stylesheet } from './stylesheet.ts';

/** The frame of a report: one file without script or network, light and dark by the reader's preference. `title` is text of HTML, `body` its header, main part and footer. */
export function page(title: string, body: string, extraStyle = ''): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Escapement: ${title}</title>
<style>${stylesheet}${extraStyle}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
