import cf from 'cloudfront';

const store = cf.kvs();

/** Runs for each request and each response of a viewer. The store has the moved addresses and the experiment. */
// eslint-disable-next-line @typescript-eslint/no-unused-vars -- CloudFront calls it
async function handler(event) {
  const text = await store.get('experiment');
  const experiment = JSON.parse(text);
  const variant = variantOf(event, experiment.shares);
  if (event.context.eventType === 'viewer-response') return remember(event, variant);

  const request = event.request;
  const moved = `moved:${request.uri}`;
  const isMoved = await store.exists(moved);
  if (isMoved) {
    const target = await store.get(moved);
    return redirect(target, request.querystring);
  }
  const last = request.uri.split('/').pop();
  // Relative links of a page need the slash at the end of its address.
  if (last !== '' && last.indexOf('.') === -1) return redirect(`${request.uri}/`, request.querystring);
  if (last === '') request.uri += 'index.html';
  // The rewritten path is in the cache key, so that the cache tells the variants apart.
  if (request.uri === experiment.path && variant !== 'control') {
    request.uri = request.uri.replace(/\.html$/, `.${variant}.html`);
  }
  return request;
}

/** The variant in the cookie, else one that the id of the request decides: both events have the same id. */
function variantOf(event, shares) {
  const cookie = event.request.cookies.variant;
  if (cookie && Object.keys(shares).indexOf(cookie.value) !== -1) return cookie.value;
  let draw = hash(event.context.requestId) % 100;
  for (const name in shares) {
    if (draw < shares[name]) return name;
    draw -= shares[name];
  }
  return 'control';
}

/** FNV-1a with a final mix, 32 bits. */
function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}

/** A page keeps its variant for 30 days. */
function remember(event, variant) {
  const response = event.response;
  const type = response.headers['content-type'];
  const cookie = event.request.cookies.variant;
  if (!type || type.value.indexOf('text/html') !== 0 || (cookie && cookie.value === variant)) return response;
  response.cookies = response.cookies || {};
  response.cookies.variant = {
    value: variant,
    attributes: 'Path=/; Max-Age=2592000; Secure; HttpOnly; SameSite=Lax',
  };
  return response;
}

function redirect(target, querystring) {
  // Browsers take // and \ at the start for another host.
  const location = target.replace(/^[/\\]+/, '/');
  const query = queryOf(querystring);
  return {
    statusCode: 301,
    statusDescription: 'Moved Permanently',
    headers: { location: { value: query === '' ? location : `${location}?${query}` } },
  };
}

function queryOf(querystring) {
  const pairs = [];
  for (const name in querystring) {
    const values = querystring[name].multiValue || [querystring[name]];
    values.forEach((one) => pairs.push(one.value === '' ? name : `${name}=${one.value}`));
  }
  return pairs.join('&');
}
