import { Iam, type IamOptions } from '../../../lib/assertions/iam';
import { Templates } from '../../../lib/assertions/templates';

type Element = object | string;

/** A policy document of the current version. */
export const document = (...Statement: Element[]) => ({ Version: '2012-10-17', Statement });

export const allow = (Action: unknown, Resource: unknown = '*', more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});
export const deny = (Action: unknown, Resource: unknown = '*', more: object = {}) => ({
  ...allow(Action, Resource, more),
  Effect: 'Deny',
});
/** A statement of a resource policy that allows a principal. */
export const allowTo = (Principal: unknown, Action: unknown, Resource: unknown = '*', more: object = {}) =>
  allow(Action, Resource, { Principal, ...more });
export const denyTo = (Principal: unknown, Action: unknown, Resource: unknown = '*', more: object = {}) =>
  deny(Action, Resource, { Principal, ...more });

export const ref = (Ref: string) => ({ Ref });
export const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });
export const join = (...parts: unknown[]) => ({ 'Fn::Join': ['', parts] });

/** A role with these statements in an inline policy. */
export const role = (statements: Element[], more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: document(
      allow('sts:AssumeRole', undefined, {
        Resource: undefined,
        Principal: { Service: 'lambda.amazonaws.com' },
      }),
    ),
    Policies: [{ PolicyName: 'Inline', PolicyDocument: document(...statements) }],
    ...more,
  },
});
export const resource = (Type: string, Properties: object = {}) => ({ Type, Properties });
export const bucket = resource('AWS::S3::Bucket');
export const bucketPolicy = (Bucket: unknown, ...statements: Element[]) =>
  resource('AWS::S3::BucketPolicy', { Bucket, PolicyDocument: document(...statements) });

const BucketB = resource('AWS::S3::Bucket', { BucketName: 'b' });

/** The model of one template, stack `S`, with a bucket named `b` besides. */
export const iamOf = (Resources: object, options?: IamOptions, template: object = {}) =>
  Iam.of(Templates.fromTemplates({ S: { Resources: { ...Resources, BucketB }, ...template } }), options);
