// Checks deploy/kubernetes.yaml with the schemas of Kubernetes and deploy/aws-batch.json with those of the AWS SDK.
// usage: node check.mjs kubernetes.yaml aws-batch.json
import { readFileSync } from "node:fs";
import { RegisterJobDefinitionRequest$ } from "@aws-sdk/client-batch";
import { validate } from "./node_modules/kubernetes-models/_schemas/IoK8sApiBatchV1Job.js";
import { parse } from "yaml";

const [kubernetes, aws] = process.argv.slice(2).map((file) => readFileSync(file, "utf8"));

checkJob(parse(kubernetes));
check(JSON.parse(aws), RegisterJobDefinitionRequest$, "aws-batch.json");

// The validators of kubernetes-models pass over unknown fields, so a field that they do not read is reported here.
function checkJob(job) {
  const unread = new Set();
  const isValid = validate(watch(job, "kubernetes.yaml"));
  expect(isValid, "kubernetes.yaml", JSON.stringify(validate.errors));
  expect(job.kind === "Job" && job.apiVersion === "batch/v1", "kubernetes.yaml", "a Job of batch/v1");
  expect(unread.size === 0, [...unread][0], "no such field");

  function watch(value, at) {
    if (typeof value !== "object" || value === null) {
      return value;
    }
    const watched = Array.isArray(value) ? [] : {};
    for (const [key, inner] of Object.entries(value)) {
      const path = `${at}.${key}`;
      const content = watch(inner, path);
      unread.add(path);
      Object.defineProperty(watched, key, { enumerable: true, get: () => (unread.delete(path), content) });
    }
    return watched;
  }
}

// The SDK describes a structure as [3, namespace, name, traits, members, their schemas, number of required ones], a
// list as [1, …, schema] or 64 | schema, a map as [2, …, key, value] or 128 | value; 0, 1, 2 are text, number, boolean.
function check(value, schema, at) {
  schema = typeof schema === "function" ? schema() : schema;
  if (Array.isArray(schema)) {
    const [kind] = schema;
    if (kind === 3) {
      const [, , name, , members, schemas, required = 0] = schema;
      expect(isObject(value), at, name);
      members.slice(0, required).forEach((member) => expect(member in value, `${at}.${member}`, "a value"));
      for (const [key, inner] of Object.entries(value)) {
        expect(members.includes(key), `${at}.${key}`, `a member of ${name}: ${members.join(", ")}`);
        check(inner, schemas[members.indexOf(key)], `${at}.${key}`);
      }
    } else if (kind === 1) {
      checkList(value, schema[4], at);
    } else {
      expect(kind === 2, at, "a known kind of schema");
      checkMap(value, schema[5], at);
    }
  } else if (schema & 64) {
    checkList(value, schema & ~64, at);
  } else if (schema & 128) {
    checkMap(value, schema & ~128, at);
  } else {
    expect(typeof value === ["string", "number", "boolean"][schema], at, ["text", "a number", "a boolean"][schema]);
  }
}

function checkList(value, schema, at) {
  expect(Array.isArray(value), at, "a list");
  value.forEach((inner, i) => check(inner, schema, `${at}[${i}]`));
}

function checkMap(value, schema, at) {
  expect(isObject(value), at, "a map");
  Object.entries(value).forEach(([key, inner]) => check(inner, schema, `${at}.${key}`));
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function expect(isRight, at, what) {
  if (!isRight) {
    throw new Error(`${at}: expected ${what}`);
  }
}
