/** Stands in for the file of lib/assertions/templates that reads cloud assemblies from the disk. */
const refuse = (): never => {
  throw new Error('a page cannot read folders: it carries its templates');
};

export const sourcesIn = refuse;
export const sourcesOf = refuse;
