import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What takes minutes; a long file at the end would leave the other processor idle. `npm test`
 * prints the longest files.
 */
const LONG = ['test/chaos/', 'test/cli/adapter/conformance/', 'test/e2e/', 'test/cli/stack/up.test.ts']

/** The long files first, then the others as vitest orders them. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONG.findIndex((part) => moduleId.includes(`/${part}`))
      return place < 0 ? LONG.length : place
    }
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other))
  }
}
