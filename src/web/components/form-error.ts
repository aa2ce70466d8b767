/** What is wrong with one input of a form, or with one parameter of a query. */
export interface FormError {
  /** Name of the input or the parameter. */
  readonly parameter: string;
  readonly detail: string;
}
