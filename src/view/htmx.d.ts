/** The elements of htmx 4 that carry one part of an answer each to its place. */
declare global {
  namespace JSX {
    interface IntrinsicElements {
      'hx-partial': HtmlTag
      'hx-upsert': HtmlTag
    }
  }
}

export {}
