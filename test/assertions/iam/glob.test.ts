import { equal, match } from '../../../lib/assertions/iam/glob';

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
describe('matching text that is known only once deployed', () => {
  it.each([
    ['⟨S.A⟩', '⟨S.A⟩', 'yes'],
    ['⟨S.A⟩/*', '⟨S.A⟩/x', 'yes'],
    ['*', '⟨S.A⟩', 'yes'],
    ['a*', 'a⟨S.A⟩b', 'yes'],
    // Another resource, by its whole name.
    ['⟨S.A⟩/*', '⟨S.B⟩/x', 'no'],
    ['x:⟨S.A⟩', 'x:⟨S.B⟩', 'no'],
    // A name that only begins with what AWS generates.
    ['⟨S.A⟩*', '⟨S.B⟩', 'unknown'],
    ['⟨S.A⟩-x', '⟨S.B⟩-x', 'unknown'],
    // Two attributes of one resource may be the same.
    ['⟨S.A⟩', '⟨S.A.Name⟩', 'unknown'],
    ['⟨S.A⟩', 'name', 'unknown'],
    ['name', '⟨S.A⟩', 'unknown'],
    ['?', '⟨S.A⟩', 'unknown'],
    // A generated name has neither : nor /.
    ['⟨S.A⟩', 'a/b', 'no'],
    ['a:b', '⟨S.A⟩', 'no'],
    // Six generated characters.
    ['??', '⟨#1⟩⟨#2⟩', 'yes'],
    ['?', '⟨#1⟩⟨#2⟩', 'no'],
    ['ab', '⟨#1⟩⟨#2⟩', 'unknown'],
    ['a-', '⟨#1⟩⟨#2⟩', 'no'],
    // What could not be resolved is not even itself.
    ['⟨?why⟩', '⟨?why⟩', 'unknown'],
    ['a⟨?why⟩', 'ab:c', 'unknown'],
    ['a⟨?why⟩', 'b', 'no'],
    ['⟨*opaque⟩', 'a:b/c', 'unknown'],
    ['⟨*opaque⟩', '⟨*opaque⟩', 'yes'],
    ['⟨$aws:username⟩', 'x', 'conditional'],
    ['⟨$aws:username⟩/a', 'x/b', 'no'],
    ['⟨AWS::AccountId⟩', '111111111111', 'unknown'],
    ['⟨AWS::AccountId⟩', 'aws', 'no'],
    ['⟨AWS::Region⟩', 'eu-west-1', 'unknown'],
    ['⟨AWS::Region⟩', 'EU', 'no'],
  ])('%s and %s: %s', (pattern, subject, truth) => {
    expect(match(pattern, subject).truth).toBe(truth);
  });

  it('compares * and ? as characters where no pattern is expected', () => {
    expect(equal('*', 'a').truth).toBe('no');
    expect(equal('a?', 'ab').truth).toBe('no');
    expect(equal('a*?', 'a*?').truth).toBe('yes');
  });

  it('matches many wildcards in less than exponential time', () => {
    const pattern = '*a'.repeat(40);
    expect(match(pattern, 'a'.repeat(39) + 'b').truth).toBe('no');
  });
});
