/** An image of a repository. */
export interface Image {
  readonly tags: readonly string[];
  /** Days since it was pushed. */
  readonly days: number;
}

interface Rule {
  readonly rulePriority: number;
  readonly selection: {
    readonly tagStatus: 'tagged' | 'untagged' | 'any';
    readonly tagPatternList?: readonly string[];
    readonly countType: 'imageCountMoreThan' | 'sinceImagePushed';
    readonly countUnit?: 'days';
    readonly countNumber: number;
  };
}

/**
 * The images that a lifecycle policy of ECR keeps. Knows rules on count and age, and patterns.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export function imagesKept(policyText: string, images: readonly Image[]): readonly Image[] {
  const { rules } = JSON.parse(policyText) as { readonly rules: readonly Rule[] };
  const expired = new Set<Image>();
  const matched = new Set<Image>();
  // "Rules are ordered by priority, from lowest to highest."
  for (const { selection } of [...rules].sort((a, b) => a.rulePriority - b.rulePriority)) {
    // "A rule can never mark images that are marked by higher priority rules, but can still identify them as if they
    // haven't been expired."
    const identified = images.filter((image) => matches(selection, image)).sort((a, b) => a.days - b.days);
    const marked = identified.filter((image, index) =>
      selection.countType === 'sinceImagePushed'
        ? image.days > selection.countNumber
        : index >= selection.countNumber,
    );
    // "An image that matches the tagging requirements of a rule cannot be expired by a rule with a lower priority."
    for (const image of marked) if (!matched.has(image)) expired.add(image);
    for (const image of identified) matched.add(image);
  }
  return images.filter((image) => !expired.has(image));
}

function matches({ tagStatus, tagPatternList = [] }: Rule['selection'], { tags }: Image): boolean {
  if (tagStatus === 'any') return true;
  if (tagStatus === 'untagged') return tags.length === 0;
  // "An image is successfully matched if all of the tags in the list are matched against any of the image's tags."
  return tagPatternList.every((pattern) => {
    const escaped = pattern.replaceAll('.', '\\.').replaceAll('*', '.*');
    return tags.some((tag) => new RegExp(`^${escaped}$`).test(tag));
  });
}
