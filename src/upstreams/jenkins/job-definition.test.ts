import { expect, test } from "@jest/globals";
import { lostParts } from "./job-definition.js";

const posted = `<?xml version="1.0" encoding="UTF-8"?><project><properties><hudson.model.ParametersDefinitionProperty>
<parameterDefinitions><hudson.model.StringParameterDefinition><name>REF</name></hudson.model.StringParameterDefinition></parameterDefinitions>
</hudson.model.ParametersDefinitionProperty></properties><scm class="hudson.plugins.git.GitSCM"><branches><x><name>main</name></x></branches></scm>
<builders><hudson.tasks.Shell><command>make</command></hudson.tasks.Shell><hudson.tasks.Shell/></builders></project>`;
const stored = posted.replace('version="1.0"', "version='1.1'").replace('GitSCM"', 'GitSCM" plugin="git@5"');

test.each<[string, string, readonly string[]]>([
  ["nothing was dropped", stored, []],
  [
    "the source was",
    stored.replace(/<scm.*<\/scm>/s, "<scm/>"),
    ["The scm (hudson.plugins.git.GitSCM) was dropped: install the plugin git"],
  ],
  [
    "one of two equal steps was",
    stored.replace("<hudson.tasks.Shell/>", ""),
    ["The step of builders (hudson.tasks.Shell) was dropped: its class name or fields are wrong"],
  ],
  [
    "a parameter was",
    stored.replace("<name>REF</name>", "<name>OTHER</name>"),
    ["The parameter REF (hudson.model.StringParameterDefinition) was dropped: its class name or fields are wrong"],
  ],
])("when %s", (_when, kept, expected) => {
  expect(lostParts(posted, kept)).toEqual(expected);
});
