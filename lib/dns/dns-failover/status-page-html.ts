/** Has no script, style sheet, image or font in another file: the distribution answers with this page only. */
export const STATUS_PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Down for the moment</title>
    <style>
      body { font: 1.1rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto; padding: 0 1rem }
    </style>
  </head>
  <body>
    <h1>Down for the moment</h1>
    <p>We know about it and are working on it. Please try again in a few minutes.</p>
  </body>
</html>
`;
