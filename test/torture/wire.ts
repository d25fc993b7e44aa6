/** One identitystore call over HTTP without an SDK: a client that is not the product's. Rejects with the answer's text unless it is 200. */
export const call = async (url: string, operation: string, input: Readonly<Record<string, unknown>>): Promise<unknown> => {
  const response = await fetch(`${url}/`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSIdentityStore.${operation}`,
      authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/identitystore/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify({ IdentityStoreId: 'd-0123456789', ...input }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${text}`);
  return JSON.parse(text);
};
