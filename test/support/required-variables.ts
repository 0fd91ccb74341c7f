/** The variables that every server must be given, with values that a configuration takes. */
export const requiredVariables = {
  DATABASE_URL: "postgres://orrery:secret@db.example.com:5432/orrery",
  SECRET_KEY: Buffer.alloc(32, 7).toString("base64"),
  JENKINS_URL: "https://jenkins.example.com",
  JENKINS_USER: "orrery",
  JENKINS_TOKEN: "token",
  GITHUB_TOKEN: "token",
  REGISTRY: "registry.example.com/platform",
};
