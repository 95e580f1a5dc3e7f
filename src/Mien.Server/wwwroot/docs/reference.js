// Renders the OpenAPI document as a page. Texts are inserted as text nodes only, so that nothing in the document can
// become markup.

const content = document.getElementById('content');
const contents = document.getElementById('contents');
const state = document.getElementById('state');

// The root URL of the service, relative to this file, so that it is right behind a path prefix too.
const service = new URL('..', import.meta.url);

/** Creates an element with attributes and children; a child is an element or a text. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

/**
 * The paragraphs of a description. Paragraphs of indented lines become code blocks, in which the URL of this service
 * replaces that of the example.
 */
function prose(text) {
  return (text ?? '')
    .replaceAll('http://127.0.0.1:8080/', service.href)
    .split('\n\n')
    .filter(Boolean)
    .map((part) =>
      part.startsWith('    ')
        ? make(
            'pre',
            { tabindex: '0' },
            part
              .split('\n')
              .map((line) => line.slice(4))
              .join('\n'),
          )
        : make('p', {}, part),
    );
}

function table(heads, rows) {
  const body = rows.map(({ id, cells }) =>
    make('tr', id ? { id } : {}, ...cells.map((cell) => make('td', {}, ...[cell].flat()))),
  );
  return make(
    'div',
    { class: 'table' },
    make(
      'table',
      {},
      make('thead', {}, make('tr', {}, ...heads.map((head) => make('th', { scope: 'col' }, head)))),
      make('tbody', {}, ...body),
    ),
  );
}

/** Describes the values of a schema: a link to a named schema, otherwise the type and its range. */
function kind(schema) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').pop();
    return [make('a', { href: `#schema-${name}` }, name)];
  }
  if (schema.oneOf ?? schema.allOf) {
    const word = schema.oneOf ? ' or ' : ' and ';
    return (schema.oneOf ?? schema.allOf).flatMap((one, i) => (i ? [word, ...kind(one)] : kind(one)));
  }
  if (schema.type === 'array') {
    return ['array of ', ...kind(schema.items)];
  }
  if (schema.enum) {
    return [schema.enum.map(String).join(' | ')];
  }
  if (schema.additionalProperties) {
    return ['object of ', ...kind(schema.additionalProperties)];
  }
  const bounds = schema.minimum !== undefined ? ` ${schema.minimum}..${schema.maximum ?? ''}` : '';
  return [schema.format === 'binary' ? 'bytes' : `${schema.type ?? 'any'}${bounds}`];
}

/** The rows for an object's fields; fields of nested objects have their paths as names. */
function fields(schema, prefix = '') {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const required = (schema.required ?? []).includes(name);
    const inner = field.type === 'array' ? field.items : field;
    const parts = inner.allOf ?? [inner];
    return [
      {
        cells: [
          make('code', {}, prefix + name),
          [...kind(field), required ? '' : make('span', { class: 'soft' }, ' (optional)')],
          field.description ?? '',
        ],
      },
      ...parts
        .filter((part) => part.properties)
        .flatMap((part) => fields(part, `${prefix}${name}${field.type === 'array' ? '[]' : ''}.`)),
    ];
  });
}

function operation(path, method, details) {
  const id = details.operationId;
  const section = make(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    make('h2', { id: `${id}-title` }, make('span', { class: `method ${method}` }, method.toUpperCase()), path),
    make('p', {}, details.summary),
    ...prose(details.description),
  );
  if (details.parameters?.length) {
    section.append(
      make('h3', {}, 'Query parameters'),
      table(
        ['name', 'values', 'meaning'],
        details.parameters.map((p) => ({
          cells: [
            make('code', {}, p.name),
            [
              ...kind(p.schema),
              p.schema.default === undefined
                ? ''
                : make('span', { class: 'soft' }, ` (default: ${p.schema.default})`),
            ],
            p.description,
          ],
        })),
      ),
    );
  }
  if (details.requestBody) {
    section.append(
      make('h3', {}, 'Body'),
      make(
        'p',
        {},
        ...Object.entries(details.requestBody.content).flatMap(([type, { schema }], i) => [
          i ? ', ' : '',
          type,
          ...(schema.$ref ? [': ', ...kind(schema)] : []),
        ]),
      ),
    );
  }
  section.append(
    make('h3', {}, 'Responses'),
    table(
      ['status', 'body', 'meaning'],
      Object.entries(details.responses).map(([status, answer]) => ({
        cells: [
          status,
          Object.entries(answer.content ?? {}).flatMap(([type, { schema }], i) => [
            i ? make('br') : '',
            `${type}: `,
            ...kind(schema),
          ]),
          answer.description,
        ],
      })),
    ),
  );
  return section;
}

function draw(document_) {
  const operations = Object.entries(document_.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, details]) => ({ path, method, details })),
  );
  const schemas = Object.entries(document_.components.schemas);
  const links = (items) => make('ul', {}, ...items.map(([href, text]) => make('li', {}, make('a', { href }, text))));
  contents.append(
    links(
      operations.map(({ path, method, details }) => [`#${details.operationId}`, `${method.toUpperCase()} ${path}`]),
    ),
    links(schemas.map(([name]) => [`#schema-${name}`, name])),
    links([['#errors', 'Errors']]),
  );
  state.remove();
  content.append(
    ...prose(document_.info.description),
    ...operations.map(({ path, method, details }) => operation(path, method, details)),
    ...schemas.map(([name, schema]) =>
      make(
        'section',
        { id: `schema-${name}`, 'aria-labelledby': `schema-${name}-title` },
        make('h2', { id: `schema-${name}-title` }, name),
        make('p', {}, schema.description),
        table(['field', 'values', 'meaning'], fields(schema)),
      ),
    ),
    make(
      'section',
      { id: 'errors', 'aria-labelledby': 'errors-title' },
      make('h2', { id: 'errors-title' }, 'Errors'),
      make(
        'p',
        {},
        'Every error is a problem details object (RFC 9457, application/problem+json). The code is stable; ' +
          'the detail says what was found, what was expected and what to do.',
      ),
      table(
        ['code', 'status', 'meaning'],
        document_['x-problems'].map((p) => ({
          id: p.code,
          cells: [make('code', {}, p.code), String(p.status), p.title],
        })),
      ),
    ),
  );

  // The target of the URL's fragment did not exist yet when the page was loaded.
  if (location.hash) {
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  }
}

try {
  const answer = await fetch(new URL('openapi/v1.json', service));
  if (!answer.ok) {
    throw new Error(`status ${answer.status}`);
  }
  draw(await answer.json());
} catch (error) {
  state.className = 'bad';
  state.textContent =
    `The API reference could not be loaded (${error.message}). Check whether the service is still running, ` +
    'then reload the page.';
}
