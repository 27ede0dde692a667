/** The part of an SNS event that this handler uses. */
export interface SnsEvent {
  readonly Records: readonly { readonly Sns: { readonly MessageId: string; readonly Message: string } }[];
}

/** Writes every message into the log, as JSON. SNS invokes a function with one record. */
export function handler({ Records }: SnsEvent): Promise<void> {
  for (const { Sns } of Records) {
    console.log({ message: 'audit', messageId: Sns.MessageId, order: JSON.parse(Sns.Message) as unknown });
  }
  return Promise.resolve();
}
