/** English as the code writes it, `{}` where a value comes in; Chinese, with `{}` in turn or `{0}`, `{1}`. */
export type Wording = readonly [english: string, chinese: string];
