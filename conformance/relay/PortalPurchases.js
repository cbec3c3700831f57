// A reseller's enrolments and distributors as a Relay portal would ask for them, page by page.
import { graphql } from 'relay-runtime';

export const query = graphql`
  query PortalPurchasesQuery($first: Int!, $after: String) {
    viewer {
      reseller {
        id
        name
        ...PortalPurchases_authorizations @arguments(first: $first, after: $after)
      }
    }
  }
`;

export const fragment = graphql`
  fragment PortalPurchases_authorizations on Reseller
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" })
  @refetchable(queryName: "PortalPurchasesPageQuery") {
    authorizations(first: $first, after: $after) @connection(key: "PortalPurchases_authorizations") {
      edges {
        node {
          id
          status
          accounts
          distributor {
            id
            name
          }
        }
      }
    }
  }
`;
