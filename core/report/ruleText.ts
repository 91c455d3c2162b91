/** What a report says about a rule. */
export interface RuleText {
  /** A few words, as a heading. */
  readonly title: string;
  /** What must hold. Markdown. */
  readonly requires: string;
  /** Address of the rule's page, where there is one. */
  readonly helpUri?: string;
}

/** Looks a rule up by its code; undefined for a code without a page, such as broken syntax. */
export type DescribeRule = (code: string) => RuleText | undefined;
