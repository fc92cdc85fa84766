import tseslint from 'typescript-eslint';

// Time, randomness and the environment have one door each, so that tests can stand in for them.
const CLOCK_DOOR = 'Take the time from src/kernel/clock.ts.';
const ENVIRONMENT_DOOR = 'Read the environment in src/app/config.ts only.';

// A terminal with LANG=C shows other characters as something else.
const ASCII = 'Write ASCII, or take a sign of src/cli/marks.ts.';

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.cache/', 'src/extjson/wasm/', 'sample/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              package: 'node:test',
              name: ['test', 'it', 'describe', 'suite', 'before', 'after', 'beforeEach', 'afterEach'],
            },
          ],
        },
      ],
      '@typescript-eslint/consistent-type-assertions': [
        'error',
        { assertionStyle: 'as', objectLiteralTypeAssertions: 'never' },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'max-lines': ['error', { max: 600, skipBlankLines: true, skipComments: true }],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: CLOCK_DOOR },
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
        { selector: 'Literal[raw=/[^\\x00-\\x7F]/]', message: ASCII },
        { selector: 'TemplateElement[value.raw=/[^\\x00-\\x7F]/]', message: ASCII },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: CLOCK_DOOR },
        { object: 'process', property: 'env', message: ENVIRONMENT_DOOR },
        { object: 'Math', property: 'random', message: 'Use node:crypto.' },
      ],
    },
  },
  {
    files: [
      'src/kernel/clock.ts',
      'src/cli/marks.ts',
      'src/app/config.ts',
      'test/**',
      'bench/**',
      'scripts/**',
      '**/*.test.ts',
      '**/conformance.ts',
    ],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-syntax': 'off' },
  },
);
