import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The rooms of this repository: which folder may import what. */
const room = (files, message, patterns, ignores = []) => ({
  files,
  ignores,
  rules: {
    'no-restricted-imports': ['error', { patterns: patterns.map((regex) => ({ regex, message })) }],
  },
});

/** The title of `it`, `test`, `it.each(...)` and `it.each`...``. */
const title =
  ':matches([callee.name=/^(it|test)$/], [callee.callee.property.name="each"], [callee.tag.property.name="each"])';
const shortTitles = [
  'Literal:first-child[value=/.{81}/]',
  'TemplateLiteral:first-child > TemplateElement[value.raw=/.{81}/]',
].map((long) => ({
  selector: `CallExpression${title} > ${long}`,
  message: 'A test title has at most 80 characters.',
}));

const noEnvironment = {
  'no-restricted-properties': [
    'error',
    { object: 'process', property: 'env', message: 'Only bin/ reads the environment; take a prop.' },
  ],
  'no-restricted-syntax': [
    'error',
    {
      selector:
        'CallExpression[callee.property.name=/^(tryGetContext|getContext|getAllContext|fromLookup)$/]',
      message: 'Only bin/ reads context, and nothing looks anything up; take a prop.',
    },
  ],
};

export default defineConfig(
  { ignores: ['node_modules', 'cdk.out', 'coverage', '.mutants', 'site'] },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // A construct acts by being constructed.
      'no-new': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  {
    files: ['**/*.js', '**/*.cjs', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      globals: {
        module: 'writable',
        process: 'readonly',
        require: 'readonly',
        console: 'readonly',
        __dirname: 'readonly',
      },
      parserOptions: { projectService: false },
    },
  },

  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },

  room(
    ['lib/*/*/*.ts'],
    "A construct imports aws-cdk-lib's public modules, constructs, node:path, node:crypto, its own folder and lib/shared.",
    ['^(?!aws-cdk-lib(/[a-z0-9-]+)?$|constructs$|node:(path|crypto)$|\\./|\\.\\./\\.\\./shared/)'],
    ['lib/*/*/*-stack.ts', 'lib/assertions/**'],
  ),
  room(
    ['lib/*/*/*-stack.ts'],
    "A stack imports its own construct, other architectures' constructs, aws-cdk-lib and lib/shared.",
    [
      '^(?!aws-cdk-lib(/[a-z0-9-]+)?$|constructs$|\\./|\\.\\./)',
      '-stack$',
      '/(bin|catalog|sandbox|parameters|assertions)',
    ],
  ),
  room(['lib/*/*/{handler,app}/**/*.ts'], 'Code that runs in AWS imports no CDK.', [
    '^aws-cdk-lib',
    '^constructs$',
    '^\\.\\./\\.\\./',
  ]),
  // createFunction hashes the folder of a handler: with a source outside of it, an old bundle would stay.
  room(['lib/*/*/handler/**/*.ts'], 'A handler imports no CDK and no source outside of its folder.', [
    '^aws-cdk-lib',
    '^constructs$',
    '^\\.\\./',
  ]),
  room(
    ['lib/shared/**/*.ts'],
    'lib/shared imports aws-cdk-lib, constructs, node:fs and node:path, no domain.',
    ['^(?!aws-cdk-lib(/[a-z0-9-]+)?$|constructs$|node:(fs|path)$|\\./)'],
  ),
  {
    files: ['lib/catalog.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(?!\\./shared/invalid-value$)',
              allowTypeImports: true,
              message: 'The catalogue imports types only, so that it loads no architecture.',
            },
          ],
        },
      ],
    },
  },
  room(
    ['lib/assertions/**/*.ts'],
    "Assertions import synthesized output (aws-cdk-lib's types, cx-api), two query languages and no architecture.",
    [
      '^(?!aws-cdk-lib$|aws-cdk-lib/cx-api$|constructs$|jsonata$|json-p3$|node:|\\./|\\.\\./(?!\\.\\./)|\\.\\./\\.\\./(assertions/|templates(/properties)?$))',
    ],
  ),
  { files: ['lib/**/*.ts'], ignores: ['lib/*/*/{handler,app}/**'], rules: noEnvironment },
  {
    files: ['test/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '\\.test$', message: 'A test imports no other test.' }] },
      ],
      'no-restricted-syntax': ['error', ...shortTitles],
    },
  },
);
